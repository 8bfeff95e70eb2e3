"""A text to learn to spell from, written by a grammar."""

import re

from dl_helpers.arguments import count, generator

__all__ = ["harbour_tales"]

# {rule} stands for one of the rule's lines, chosen at random. Singular and plural keep to themselves, so that
# a model of characters has agreement to learn over some distance, and quotes to close that it opened.
_GRAMMAR = {
    "paragraph": ["{sentence} {sentence} {sentence}", "{sentence} {sentence} {speech} {sentence}",
                  "{sentence} {speech} {speech} {sentence} {sentence}", "{speech} {sentence} {sentence} {sentence}"],
    "sentence": ["{opening} {one} {does} {where}.", "{opening} {many} {do} {where}.", "{One} {does} {where}.",
                 "{Many} {do} {where}.", "{One} {does}, and {many} {do}.",
                 "{One} {does}, but {one} {does} {where}.", "When {one} {does}, {many} {do} {where}.",
                 "{Many}, who {do} {where}, {do}.", "{One}, as everybody knows, {does} {where}."],
    "speech": ['"{Question}?" asks {person}. "{Answer}," says {person}.', '"{Answer}," says {person}, "and {many} {do}."',
               '{Person} laughs: "{Answer}!"'],
    "Question": ["Why does the {thing} {bare}", "Where do the {things} {bare}", "Who keeps the {thing} {where}",
                 "Did you see {many} {where}", "How many {things} are there"],
    "Answer": ["I have {number} {things}", "The {thing} {does}", "Nobody knows", "Ask {person}", "{Many} {do} {where}",
               "There are {number} {things} {where}"],
    "opening": ["In the morning", "At night", "After the rain", "Before the tide turns", "On Sundays"],
    "one": ["{person}", "the {thing}", "the {adjective} {thing}", "a {adjective} {thing}"],
    "One": ["{Person}", "The {thing}", "The {adjective} {thing}", "A {adjective} {thing}"],
    "many": ["the {things}", "the {adjective} {things}", "{number} {things}", "all the {things}"],
    "Many": ["The {things}", "The {adjective} {things}", "All the {things}", "Some {adjective} {things}"],
    "person": ["Mara", "old Benno", "Tilda", "the harbour master", "the cook", "my sister", "the pilot"],
    "Person": ["Mara", "Old Benno", "Tilda", "The harbour master", "The cook", "My sister", "The pilot"],
    "thing": ["boat", "lantern", "gull", "kettle", "anchor", "lighthouse", "net", "cat", "bell", "barrel", "sail", "crab"],
    "things": ["boats", "lanterns", "gulls", "kettles", "anchors", "lighthouses", "nets", "cats", "bells", "barrels",
               "sails", "crabs"],
    "adjective": ["small", "green", "sleepy", "rusty", "quiet", "stubborn", "lost", "patient", "crooked", "bright"],
    "number": ["two", "three", "four", "seven", "nine", "eleven", "forty"],
    "does": ["waits", "hums", "drifts away", "counts the {things}", "looks for {one}", "sleeps", "swings to and fro",
             "remembers {person}", "paints the {thing} {colour}", "turns round {number} times"],
    "do": ["wait", "hum", "drift away", "count the {things}", "look for {one}", "sleep", "swing to and fro",
           "remember {person}", "paint the {thing} {colour}", "turn round {number} times"],
    "bare": ["wait", "hum", "sleep", "swing to and fro", "drift away", "look for {person}"],
    "colour": ["red", "blue", "white", "yellow"],
    "where": ["by the pier", "under the bridge", "behind the {thing}", "on the roof", "in the fog",
              "near the {adjective} {thing}", "at the end of the quay", "between the {things}"],
}


def harbour_tales(length=30_000, *, rng):
    """Endless small talk from a harbour: spelling, capitals, agreement and quotes for a model of characters.

    length: number of characters; rng: np.random.Generator.
    Returns one string of exactly that length: paragraphs with an empty line between, the last one cut off.
    """
    count("harbour_tales", "length", length)
    generator("harbour_tales", rng)
    paragraphs, written = [], 0
    while written < length:
        paragraphs.append(_expand("{paragraph}", rng) + "\n\n")
        written += len(paragraphs[-1])
    return "".join(paragraphs)[:length]


def _expand(text, rng):
    """Replace every {rule} by one of its lines, until none is left."""
    return re.sub(r"\{(\w+)\}", lambda rule: _expand(_choice(_GRAMMAR[rule[1]], rng), rng), text)


def _choice(lines, rng):
    return lines[rng.integers(len(lines))]
