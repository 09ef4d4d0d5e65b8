#!/usr/bin/env python3
"""Reads Σ-vectors, and checks the test vectors beside this file: python3 docs/sigma-vector/reader.py

It follows docs/sigma-vector.md and shares no code with the rest of the project, to prove that page. Python 3.8, nothing but its
standard library. A vector is an int: dimension i is bit i. Decoding is the simplest that reads vectors without noise: clean-up
against all 512 digits, then the least certain digits again, one by one, with the others taken as known. Noisy vectors are
checked from the tokens that the test vectors tell. Texts need the vocabulary: dist/assets/vocabulary/o200k.bin, or a file
o200k_base.tiktoken as the first argument.
"""

import base64
import json
import math
import os
import re
import struct
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
MASK32 = 0xFFFFFFFF
VOCABULARY_SIZE = 199_998


class Refused(Exception):
    """Bytes that no encoder writes."""


# --- Section 1: bytes


def parse(text):
    """The header and the bits of a Σ-vector in base64."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(str(error)) from error
    if base64.b64encode(data).decode() != text:
        raise Refused("base64 is not canonical")
    if len(data) < 84:
        raise Refused("half a header")
    magic, version, flags, dimensions, semantic, tokens, chunk, chunks, length = struct.unpack_from("<2sBBIHHIIB", data)
    if magic != b"\xce\xa3" or version != 1 or flags > 1:
        raise Refused("magic, version or flags")
    geometry = geometry_of(dimensions)
    if semantic != geometry["semanticBits"] or tokens > geometry["tokensPerChunk"] or chunk >= chunks:
        raise Refused("geometry, tokens or chunk")
    if not 1 <= length <= 63 or any(data[21 + length : 84]):
        raise Refused("length of the model id")
    try:
        model = data[21 : 21 + length].decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("model id") from error
    if any(unicodedata.category(character) == "Cc" for character in model):
        raise Refused("control character in the model id")
    if len(data) != 84 + dimensions // 8:
        raise Refused("length")
    header = {"version": version, **geometry, "tokens": tokens, "chunk": chunk, "chunks": chunks, "model": model}
    return {**header, "semanticEmpty": flags == 1}, int.from_bytes(data[84:], "little")


def serialize(header, bits):
    """The inverse of parse."""
    model = header["model"].encode("utf-8")
    fields = (header["dimensions"], header["semanticBits"], header["tokens"], header["chunk"], header["chunks"])
    head = struct.pack("<2sBBIHHIIB63s", b"\xce\xa3", 1, int(header["semanticEmpty"]), *fields, len(model), model)
    return base64.b64encode(head + bits.to_bytes(header["dimensions"] // 8, "little")).decode()


# --- Section 2: geometry


def geometry_of(dimensions):
    if dimensions % 16 or not 4096 <= dimensions <= 65_536:
        raise Refused("dimensions")
    semantic = min(2048, dimensions // 4)
    sequence = dimensions - semantic
    return {"dimensions": dimensions, "semanticBits": semantic, "sequenceBits": sequence, "tokensPerChunk": 10 * sequence // 828}


# --- Section 3: hash and generator


def rotl(x, r):
    return ((x << r) | (x >> (32 - r))) & MASK32


def hash64(text, seed):
    data = text.encode("utf-8")
    h = [seed & MASK32] * 4
    factors = [0x239B961B, 0xAB0E9789, 0x38B34AE5, 0xA1E38B93]

    def scramble(block):
        words = struct.unpack("<4I", block)
        return [rotl(k * factors[i] & MASK32, 15 + i) * factors[(i + 1) % 4] & MASK32 for i, k in enumerate(words)]

    whole = len(data) // 16 * 16
    for at in range(0, whole, 16):
        k = scramble(data[at : at + 16])
        for i, (r, plus) in enumerate([(19, 0x561CCD1B), (17, 0x0BCAA747), (15, 0x96CD1C35), (13, 0x32AC3B17)]):
            h[i] = ((rotl(h[i] ^ k[i], r) + h[(i + 1) % 4]) * 5 + plus) & MASK32
    k = scramble(data[whole:].ljust(16, b"\0"))
    h = [word ^ k[i] ^ len(data) for i, word in enumerate(h)]
    h[0] = sum(h) & MASK32
    h[1:] = [(word + h[0]) & MASK32 for word in h[1:]]
    for i, word in enumerate(h):
        word = (word ^ word >> 16) * 0x85EBCA6B & MASK32
        word = (word ^ word >> 13) * 0xC2B2AE35 & MASK32
        h[i] = word ^ word >> 16
    h[0] = sum(h) & MASK32
    return h[0], (h[1] + h[0]) & MASK32


def mix(c):
    z = (c + 0x9E3779B9) & MASK32
    z = (z ^ z >> 16) * 0x21F0AAAD & MASK32
    z = (z ^ z >> 15) * 0x735A2D97 & MASK32
    return z ^ z >> 15


class Generator:
    def __init__(self, label, seed):
        low, high = hash64(label, seed)
        self.s = [mix(low), mix(high), mix(low ^ 0x6A09E667), mix(high ^ 0xBB67AE85) | 1]
        self.spare = None

    def word(self):
        s = self.s
        result = rotl(s[1] * 5 & MASK32, 7) * 9 & MASK32
        t = s[1] << 9 & MASK32
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 11)
        return result

    def uniform(self):
        first = self.word()
        return ((first << 21) + (self.word() >> 11)) / 2**53

    def gaussian(self):
        if self.spare is not None:
            spare, self.spare = self.spare, None
            return spare
        while True:
            u = 2 * self.uniform() - 1
            v = 2 * self.uniform() - 1
            s = u * u + v * v
            if 0 < s < 1:
                scale = math.sqrt(-2 * math.log(s) / s)
                self.spare = v * scale
                return u * scale


# --- Section 4: symbol vectors


def symbol_vector(symbol, bits, seed):
    generator = Generator(symbol, seed)
    words = [generator.word() for _ in range((bits + 31) // 32)]
    return int.from_bytes(struct.pack("<%dI" % len(words), *words), "little") & ((1 << bits) - 1)


# --- Section 5: tokens


class Vocabulary:
    def __init__(self, tokens):
        self.tokens = tokens
        self.ranks = {token: rank for rank, token in enumerate(tokens)}
        self.pattern = pattern()

    @staticmethod
    def find(path):
        """The vocabulary of a file of either kind, or None."""
        if path is None or not os.path.exists(path):
            return None
        with open(path, "rb") as file:
            data = file.read()
        if not path.endswith(".bin"):
            return Vocabulary([base64.b64decode(line.split()[0]) for line in data.splitlines()])
        size, slots = struct.unpack_from("<8x2I", data)  # its six words are told in libs/codec/src/vocabulary-format.ts
        offsets = struct.unpack_from("<%dI" % (size + 1), data, 24)
        at = 24 + 4 * (size + 1) + 4 * slots
        return Vocabulary([data[at + a : at + b] for a, b in zip(offsets, offsets[1:])])

    def tokenize(self, text):
        ids = []
        for match in self.pattern.finditer(text):
            piece = match.group().encode("utf-8")
            start = 0
            while start < len(piece):
                end = min(len(piece), start + 64)
                while end < len(piece) and piece[end] & 0xC0 == 0x80:
                    end -= 1
                ids += self.merge(piece[start:end])
                start = end
        return ids

    def merge(self, part):
        if part in self.ranks:
            return [self.ranks[part]]
        parts = [part[i : i + 1] for i in range(len(part))]
        while True:
            pairs = [(self.ranks.get(a + b, VOCABULARY_SIZE), i) for i, (a, b) in enumerate(zip(parts, parts[1:]))]
            rank, i = min(pairs, default=(VOCABULARY_SIZE, 0))
            if rank == VOCABULARY_SIZE:
                return [self.ranks[part] for part in parts]
            parts[i : i + 2] = [parts[i] + parts[i + 1]]

    def runs(self, tokens, most):
        """The tokens in runs of whole characters."""
        start, runs = 0, []
        while True:
            end = min(len(tokens), start + most)
            while end < len(tokens) and self.tokens[tokens[end]][0] & 0xC0 == 0x80:
                end -= 1
            runs.append(tokens[start:end])
            start = end
            if start >= len(tokens):
                return runs

    def text(self, tokens):
        """The text of the tokens, or None."""
        if any(token >= VOCABULARY_SIZE for token in tokens):
            return None
        try:
            return b"".join(self.tokens[token] for token in tokens).decode("utf-8")
        except UnicodeDecodeError:
            return None


def pattern():
    """The pattern of pieces, its classes written out."""
    of_category = {}
    for point in range(0x110000):
        if not 0xD800 <= point < 0xE000:
            of_category.setdefault(unicodedata.category(chr(point)), []).append(point)

    def ranges(*categories):
        points = sorted(p for name, of in of_category.items() if name.startswith(categories) for p in of)
        spans = []
        for point in points:
            if spans and spans[-1][1] == point - 1:
                spans[-1][1] = point
            else:
                spans.append([point, point])
        return "".join("\\U%08x-\\U%08x" % tuple(span) for span in spans)

    space = "\\t-\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
    letters, numbers = ranges("L"), ranges("N")
    upper, lower = "[%s]" % ranges("Lu", "Lt", "Lm", "Lo", "M"), "[%s]" % ranges("Ll", "Lm", "Lo", "M")
    before = "[^\\r\\n%s%s]?" % (letters, numbers)
    after = "(?:'(?:[sS]|[dD]|[mM]|[tT]|[lL][lL]|[vV][eE]|[rR][eE]))?"
    alternatives = [
        before + upper + "*" + lower + "+" + after,
        before + upper + "+" + lower + "*" + after,
        "[%s]{1,3}" % numbers,
        " ?[^%s%s%s]+[\\r\\n/]*" % (space, letters, numbers),
        "[%s]*[\\r\\n]+" % space,
        "[%s]+(?![^%s])" % (space, space),
        "[%s]+" % space,
    ]
    return re.compile("|".join(alternatives))


# --- Section 6: the sequence segment


def digits_of(tokens):
    return [digit for token in tokens for digit in (token >> 9, token & 511)]


def tokens_of(digits):
    return [high << 9 | low for high, low in zip(digits[::2], digits[1::2])]


def walsh(digit):
    """The 512 bits of a digit's codeword."""
    return sum((bin(digit & k).count("1") & 1) << k for k in range(512))


WALSH = [walsh(digit) for digit in range(512)]


class Codebook:
    """Position, tie and digit vectors of one segment size."""

    sizes = {}

    def __init__(self, bits):
        self.bits = bits
        self.tie = symbol_vector("sigmalang:majority-tie", bits, 1)
        self.positions = []
        repeats = sum(1 << 512 * r for r in range((bits + 511) // 512))
        self.codewords = [word * repeats & ((1 << bits) - 1) for word in WALSH]

    @classmethod
    def of(cls, bits):
        if bits not in cls.sizes:
            cls.sizes[bits] = cls(bits)
        return cls.sizes[bits]

    def position(self, i):
        while len(self.positions) <= i:
            self.positions.append(symbol_vector("sigmalang:position:%d" % len(self.positions), self.bits, 1))
        return self.positions[i]

    def bound(self, digits):
        return [self.position(i) ^ self.codewords[digit] for i, digit in enumerate(digits)]

    def encode(self, digits):
        rows = [self.tie] + self.bound(digits)
        return at_least(counters(rows), len(rows) // 2 + 1, self.bits)


def counters(rows):
    """Bit p of the number of ones at each place, as planes p."""
    planes = []
    for row in rows:
        p = 0
        while row:
            if p == len(planes):
                planes.append(0)
            planes[p], row = planes[p] ^ row, planes[p] & row
            p += 1
    return planes


def at_least(planes, threshold, bits):
    """The places whose counter is at least a threshold."""
    above, equal = 0, (1 << bits) - 1
    for p in reversed(range(max(len(planes), threshold.bit_length()))):
        plane = planes[p] if p < len(planes) else 0
        if threshold >> p & 1:
            equal &= plane
        else:
            above |= equal & plane
            equal &= ~plane
    return above | equal


ones = getattr(int, "bit_count", lambda value: bin(value).count("1"))


# --- Section 7: what was observed, and when it is exact


def observe(copies, erased, bits):
    """The known bits, and which they are."""
    planes = counters(copies)
    most = at_least(planes, len(copies) // 2 + 1, bits)
    tie = 0
    if len(copies) % 2 == 0:
        tie = at_least(planes, len(copies) // 2, bits) & ~most
    known = ~erased & ~tie & ((1 << bits) - 1)
    return most & known, known


def log_of_at_most(few, trials, chance):
    share = few / trials
    if share >= chance:
        return 0.0
    some = share * math.log(share / chance) if few else 0.0
    return -trials * (some + (1 - share) * math.log((1 - share) / (1 - chance)))


def is_conclusive(known, n, codebook, ties=0):
    k = ones(known)
    m = k - max(0, max(k - 2 * ones(known & word) for word in codebook.codewords[1:]))
    if m < 64:
        return False
    readings = 0.0
    for r in range(1, n + 1):
        readings += math.log((n + 1 - r) / r) + math.log(511)
        q = 0.886 * math.acos(1 - r / (n + 1)) / math.pi
        if readings + log_of_at_most(ties, m + ties, q) > -40 * math.log(2) - math.log(n):
            return False
    return True


# --- A decoding


def clean_up(observed, known, n, codebook):
    """The likeliest digit of each position, and by how much it leads."""
    digits, leads = [], []
    total = ones(known)
    for i in range(n):
        unbound = (observed ^ codebook.position(i)) & known
        candidates = codebook.codewords[: 391 if i % 2 == 0 else 512]
        scores = sorted((ones(unbound ^ word & known), digit) for digit, word in enumerate(candidates))
        digits.append(scores[0][1])
        leads.append((scores[1][0] - scores[0][0]) / max(1, total))
    return digits, leads


def decode(observed, known, n, codebook):
    """The digits and the number of bit errors. Digits of small lead are decided again, bits at which the others balance saying most."""
    digits, leads = clean_up(observed, known, n, codebook)
    errors = ones((codebook.encode(digits) ^ observed) & known)
    doubtful = sorted(range(n), key=lambda i: leads[i])[: max(8, n // 4)]
    for _ in range(12):
        if errors == 0:
            break
        before = list(digits)
        for i in doubtful:
            digits[i] = decide_again(i, digits, observed, known, codebook)
        errors = ones((codebook.encode(digits) ^ observed) & known)
        if digits == before:
            break
    return digits, errors


def decide_again(i, digits, observed, known, codebook, wrong=4):
    rows = [codebook.tie] + codebook.bound(digits)
    del rows[i + 1]
    planes, half = counters(rows), len(rows) // 2
    levels = []  # weight and places where the others' sum is ± 2 k
    for k in range(0, 9):
        places = exactly(planes, half + k, codebook.bits) | exactly(planes, half - k, codebook.bits)
        levels.append((math.exp(-((2 * k) ** 2) / (4 * wrong)), places & known))
    unbound = observed ^ codebook.position(i)
    best = (math.inf, 0)
    for digit in range(391 if i % 2 == 0 else 512):
        different = unbound ^ codebook.codewords[digit]
        best = min(best, (sum(weight * ones(different & places) for weight, places in levels), digit))
    return best[1]


def exactly(planes, count, bits):
    if count < 0:
        return 0
    return at_least(planes, count, bits) & ~at_least(planes, count + 1, bits)


# --- Section 8: the semantic segment


def to_float(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def directions(size, count):
    generator = Generator("sigmalang:projection:%d" % size, 0)
    batch = []
    for _ in range(count):
        if len(batch) == size:
            batch = []
        row = [generator.gaussian() for _ in range(size)]
        for at in range(0, len(batch), 4):
            group = batch[at : at + 4]
            products = [sum(x * y for x, y in zip(row, other)) for other in group]
            row = [x - sum(p * other[i] for p, other in zip(products, group)) for i, x in enumerate(row)]
        length = math.sqrt(sum(x * x for x in row))
        row = [x / length for x in row]
        batch.append(row)
        yield [to_float(x) for x in row]


def product(a, b):
    sums = [0.0] * 16  # a product or sum of floats, rounded to a double and then to a float, is rounded right
    for i, (x, y) in enumerate(zip(a, b)):
        sums[i % 16] = to_float(sums[i % 16] + to_float(x * y))
    half = 8
    while half:
        for j in range(half):
            sums[j] = to_float(sums[j] + sums[j + half])
        half //= 2
    return sums[0]


# --- Checks of the test vectors


def load(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return json.load(file)


CHECKS = {"made": 0}


def check(condition, what):
    CHECKS["made"] += 1
    if not condition:
        raise AssertionError(what)


def check_words(vector, expected):
    bits = expected["dimensions"] if "dimensions" in expected else vector.bit_length()
    for w, word in enumerate(expected["first"]):
        check("%08x" % (vector >> 32 * w & MASK32) == word, expected)
    check("%08x" % (vector >> 32 * ((bits + 31) // 32 - 1)) == expected["last"], expected)


def check_primitives():
    file = load("primitives.json")
    for case in file["hash64"]:
        low, high = hash64(case["text"], case["seed"])
        check(("%08x" % low, "%08x" % high) == (case["low"], case["high"]), case)
    for case in file["generators"]:
        made = Generator(case["label"], case["seed"])
        check(["%08x" % made.word() for _ in case["words"]] == case["words"], case)
        made = Generator(case["label"], case["seed"])
        check([made.uniform() for _ in case["uniform"]] == case["uniform"], case)
        made = Generator(case["label"], case["seed"])
        check(all(abs(made.gaussian() - value) < 1e-14 for value in case["gaussian"]), case)
    for case in file["symbolVectors"]:
        check_words(symbol_vector(case["symbol"], case["dimensions"], case["seed"]), case)
    for case in file["tieVectors"]:
        check_words(symbol_vector("sigmalang:majority-tie", case["dimensions"], case["seed"]), case)


def check_codebook():
    file = load("codebook.json")
    for case in file["geometry"]:
        check(geometry_of(case["dimensions"]) == case, case)
    for case in file["digits"]:
        check(digits_of([case["token"]]) == case["digits"], case)
        check(tokens_of(case["digits"]) == [case["token"]], case)
    for case in file["walsh"]:
        check(["%08x" % (WALSH[case["digit"]] >> 32 * w & MASK32) for w in range(16)] == case["words"], case)
    for case in file["segments"]:
        codebook = Codebook.of(case["bits"])
        check_words(codebook.tie, case["tie"])
        for position in case["positions"]:
            vector = symbol_vector("sigmalang:position:%d" % position["position"], case["bits"], 1)
            check_words(vector, position)


def check_tokens(vocabulary):
    file = load("tokens.json")
    for case in file["tokens"]:
        check(vocabulary.tokenize(case["text"]) == case["tokens"], case["text"])
    for case in file["runs"]:
        tokens = vocabulary.tokenize(case["text"])
        runs = vocabulary.runs(tokens, geometry_of(case["dimensions"])["tokensPerChunk"])
        check([len(run) for run in runs] == case["runs"], case["text"])


def check_projection():
    file = load("projection.json")
    size, count = file["inputDimensions"], file["bits"]
    projected = int.from_bytes(base64.b64decode(file["projected"]), "little")
    length = math.sqrt(sum(x * x for x in file["embedding"]))
    for case in file["products"]:
        check(product(case["a"], case["b"]) == case["product"], case)
    for k, row in enumerate(directions(size, count)):
        value = product(file["embedding"], row)
        check(abs(value) < 1e-6 * length or int(value < 0) == projected >> k & 1, "bit %d of the projection" % k)
        for case in file["coordinateSigns"]:
            if k < len(case["bits"]):
                check(int(row[case["coordinate"]] < 0) == int(case["bits"][k]), case)


def check_vectors(vocabulary):
    for case in load("vectors.json")["texts"]:
        whole = vocabulary and vocabulary.tokenize(case["text"])
        for i, chunk in enumerate(case["chunks"]):
            header, bits = parse(chunk["data"])
            check(serialize(header, bits) == chunk["data"], "bytes")
            expected = {"dimensions": case["dimensions"], "model": case["model"], "semanticEmpty": case["semanticEmpty"]}
            expected.update(chunk=i, chunks=len(case["chunks"]), tokens=len(chunk["tokens"]))
            check({key: header[key] for key in expected} == expected, header)
            codebook = Codebook.of(header["sequenceBits"])
            sequence = bits >> header["semanticBits"]
            check(codebook.encode(digits_of(chunk["tokens"])) == sequence, "encoding of %r" % chunk["text"][:40])
            known = (1 << codebook.bits) - 1
            n = 2 * header["tokens"]
            digits, errors = decode(sequence, known, n, codebook)
            check(errors == 0 and is_conclusive(known, n, codebook), "decoding of %r" % chunk["text"][:40])
            check(tokens_of(digits) == chunk["tokens"], "tokens of %r" % chunk["text"][:40])
            if vocabulary:
                check(vocabulary.text(tokens_of(digits)) == chunk["text"], "text of %r" % chunk["text"][:40])
                check(whole[: n // 2] == chunk["tokens"], "tokens by the vocabulary")
                whole = whole[n // 2 :]
        check("".join(chunk["text"] for chunk in case["chunks"]) == case["text"], "text")


def check_disturbed(vocabulary):
    for case in load("disturbed.json")["vectors"]:
        header, bits = parse(case["data"])
        first, size = header["semanticBits"], header["sequenceBits"]
        copies = [bits >> first]
        for copy in case.get("copies", []):
            copy_header, copy_bits = parse(copy)
            check(copy_header == header, "header of a copy")
            copies.append(copy_bits >> first)
        erased = int.from_bytes(base64.b64decode(case.get("erased", "")), "little") >> first
        observed, known = observe(copies, erased, size)
        check(ones(known) == case["knownBits"], case["what"])
        ties = size - ones(known | erased)
        codebook = Codebook.of(size)
        n = 2 * header["tokens"]
        if "tokens" in case:
            errors = ones((codebook.encode(digits_of(case["tokens"])) ^ observed) & known)
            check(errors == case["bitErrors"], case["what"])
            is_text = all(token < VOCABULARY_SIZE for token in case["tokens"])
            if vocabulary:
                is_text = vocabulary.text(case["tokens"]) is not None
            elif "\ufffd" in case["text"]:
                is_text = False
            check((errors == 0 and is_text and is_conclusive(known, n, codebook, ties)) == case["exact"], case["what"])
            if vocabulary and is_text:
                check(vocabulary.text(case["tokens"]) == case["text"], case["what"])
            if errors == 0 and is_conclusive(known, n, codebook, ties):
                check(tokens_of(decode(observed, known, n, codebook)[0]) == case["tokens"], case["what"])
        else:
            _, errors = decode(observed, known, n, codebook)
            check((errors == 0 and is_conclusive(known, n, codebook, ties)) == case["exact"], case["what"])


def check_certificate():
    for case in load("certificate.json")["leastKnown"]:
        codebook = Codebook.of(case["sequenceBits"])
        known = (1 << case["knownBits"]) - 1
        check(is_conclusive(known, case["digits"], codebook), case)
        check(not is_conclusive(known >> 1, case["digits"], codebook), case)


def check_malformed():
    for case in load("malformed.json")["vectors"]:
        try:
            parse(case["data"])
        except Refused:
            CHECKS["made"] += 1
            continue
        raise AssertionError("was read with " + case["what"])


def main():
    root = os.path.join(HERE, "..", "..")
    paths = sys.argv[1:2] or [os.path.join(root, "dist", "assets", "vocabulary", "o200k.bin")]
    vocabulary = Vocabulary.find(paths[0])
    steps = [("primitives", check_primitives), ("codebook", check_codebook), ("projection", check_projection)]
    steps.append(("certificate", check_certificate))
    if vocabulary:
        steps.append(("tokens", lambda: check_tokens(vocabulary)))
    else:
        print("tokens: skipped, since there is no vocabulary at %s" % paths[0])
    steps.append(("vectors", lambda: check_vectors(vocabulary)))
    steps.append(("disturbed", lambda: check_disturbed(vocabulary)))
    steps.append(("malformed", check_malformed))
    for name, step in steps:
        CHECKS["made"] = 0
        step()
        print("%s: %d checks" % (name, CHECKS["made"]), flush=True)


if __name__ == "__main__":
    main()
