"""Words and keyboard runs of which people make passwords, for `passwords.py` to put together.

Source: our own list, of the habits that the yearly reports on leaked passwords describe: names,
love, pets, sport, heroes, months, keyboards, the service itself. A rule that combines them refuses
millions of passwords; the published lists hold few that are long enough for us.
"""

_WORDS = """
    access account admin administrator alex alexander alice amanda america andrea andrew andreas
    angel anna anthony apple april arsenal arthur ashley august austin autumn avatar awesome
    baby babygirl bailey banana barcelona barney baseball basketball batman beautiful benjamin
    berlin bernd biteme black blink blue bonnie boomer brandon brother bubbles buddy business
    buster butter butterfly camaro cameron captain carlos casper change changeme changeit charles
    charlie cheese chelsea chester chicago chicken chocolate chris christian christine cocacola
    coffee company computer contact cookie cool cooper corporate corvette cowboy crystal customer
    dallas daniel daniela david december default demo diamond dolphin donald dortmund dragon
    dreams eagle einstein elephant elizabeth email emily england enter erik eric family february
    ferrari fischer florian flower football forever frank freedom freund friday friend friends
    frodo galaxy gandalf garfield geheim george germany gibson ginger girl god golden golfer
    google gordon great green guest guitar hallo hamburg hammer hannah happy harley harry heather
    heaven hello herbst hockey hollywood holiday home honda horse hotdog house hunter iceman
    iloveyou internet jackson jacob jaguar james january jasmine jason jennifer jessica jesus
    john johnson jonas jordan jordan23 joseph joshua julia july june justin karin katrin killer
    king kitten knight köln koeln kennwort lakers laptop lauren leader letmein liebe linda lisa
    liverpool login london lord love lovely loveme lover lucky lukas madison madrid maggie magic
    manager manchester march maria marina mario marlboro martin marvin master matrix matthew
    maverick maxwell meeting melanie mercedes merlin michael michelle mickey midnight miller
    mine minister mobile monday money monkey monster morgan morning mother mountain music
    mustang nascar natasha ncc1701 newyork nicole nintendo november office october oliver orange
    pass passwd password passwort passwords patrick peace peanut pepper peter phoenix piano
    please pokemon police porsche power prince princess private purple queen rabbit rachel
    rainbow ranger red redsox richard robert rocket ronaldo root rosebud runner sabine samantha
    samsung sandra saturday schalke schatz scooter secret secure security sebastian september
    server service sexy shadow silver simon slayer snoopy snowball soccer sommer spider spiderman
    spring starwars startup stefan stephanie steven strong summer sunday sunflower sunshine super
    superman support susanne sweet system taylor team technik temp tennis test tester testing
    thanks thomas thunder thursday tiger tigger tobias today toyota trustno trustno1 tuesday
    turtle unicorn united universe urlaub user vanessa victoria vienna viking wachtwoord warrior
    wednesday weekend welcome willkommen william willow winner winston winter wizard wolf work
    world yamaha yankee yellow you zombie zürich zuerich
    the and for with this that not now new one two three four five six seven eight nine ten
    abc asd asdf qwe qwer wasd xyz aaa
"""
WORDS = frozenset(_WORDS.split())
# Every run of three or more along one of these, in either direction, is easy to type and to guess.
RUNS = (
    "abcdefghijklmnopqrstuvwxyzabc",
    "01234567890123456789",
    "qwertyuiop",
    "qwertzuiopü",
    "azertyuiop",
    "asdfghjkl;",
    "asdfghjklöä",
    "qsdfghjklm",
    "zxcvbnm,./",
    "yxcvbnm,.-",
    "wxcvbn",
    "!@#$%^&*()_+",
    '!"§$%&/()=',
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1qay2wsx3edc4rfv5tgb6zhn7ujm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "1q2w3e4r5t6z7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "147258369",
    "159753",
    "112233445566778899",
    "aabbccddeeffgghh",
)
