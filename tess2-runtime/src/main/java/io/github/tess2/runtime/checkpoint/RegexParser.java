package io.github.tess2.runtime.checkpoint;

import io.github.tess2.runtime.checkpoint.RegexTree.Ahead;
import io.github.tess2.runtime.checkpoint.RegexTree.Branch;
import io.github.tess2.runtime.checkpoint.RegexTree.Group;
import io.github.tess2.runtime.checkpoint.RegexTree.Item;
import io.github.tess2.runtime.checkpoint.RegexTree.Run;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Parses the part of Oniguruma's syntax (Ruby's) that tokenizers use. Everything else is refused
 * with an {@link IllegalArgumentException} that says what is not supported.
 */
final class RegexParser {
  private static final int MAX_LENGTH = 10_000;
  private static final int MAX_NESTING = 8;
  private static final int MAX_REPEATS = 64;

  private final String regex;
  private final CodePoints characters;
  private int at;

  private RegexParser(String regex, CodePoints characters) {
    this.regex = regex;
    this.characters = characters;
  }

  static RegexTree parse(String regex, CodePoints characters) {
    if (regex.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("it has over " + MAX_LENGTH + " characters");
    }
    RegexParser parser = new RegexParser(regex, characters);
    List<Branch> branches = parser.alternatives(false, 0);
    if (parser.at < regex.length()) {
      throw parser.unknown();
    }
    return new RegexTree(branches);
  }

  private List<Branch> alternatives(boolean ignoreCase, int depth) {
    if (depth > MAX_NESTING) {
      throw new IllegalArgumentException("its parentheses are nested too deeply");
    }
    List<Branch> branches = new ArrayList<>();
    do {
      branches.addAll(branch(ignoreCase, depth));
    } while (take("|"));
    return branches;
  }

  /** One branch, or the branches of a group if the branch consists of only that group. */
  private List<Branch> branch(boolean ignoreCase, int depth) {
    List<Item> items = new ArrayList<>();
    while (at < regex.length() && !looksAt("|") && !looksAt(")")) {
      items.add(item(ignoreCase, depth));
    }
    if (items.size() == 1 && items.get(0) instanceof Group group && !group.optional()) {
      return group.branches();
    }
    return List.of(new Branch(items));
  }

  private Item item(boolean ignoreCase, int depth) {
    if (take("(?!")) {
      return ahead(true);
    }
    if (take("(?=")) {
      return ahead(false);
    }
    if (looksAt("(")) {
      return group(ignoreCase, depth);
    }
    BitSet set = single(ignoreCase);
    if (take("*")) {
      return repeated(set, 0, RegexTree.UNBOUNDED);
    }
    if (take("+")) {
      return repeated(set, 1, RegexTree.UNBOUNDED);
    }
    if (take("?")) {
      return repeated(set, 0, 1);
    }
    if (take("{")) {
      return counted(set);
    }
    return new Run(set, 1, 1, false);
  }

  private Group group(boolean ignoreCase, int depth) {
    boolean insensitive = take("(?i:");
    if (!insensitive && !take("(?:")) {
      take("(");
      if (looksAt("?") || looksAt("*")) {
        throw unknown();
      }
    }
    List<Branch> branches = alternatives(ignoreCase || insensitive, depth + 1);
    if (!take(")")) {
      throw unknown();
    }
    boolean optional = take("?");
    if (at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
      throw new IllegalArgumentException("it repeats a group in parentheses");
    }
    return new Group(branches, optional);
  }

  /** A plus sign after a quantifier makes it possessive. */
  private Run repeated(BitSet set, int min, int max) {
    boolean possessive = take("+");
    requireNoRepeat();
    return new Run(set, min, max, possessive);
  }

  private void requireNoRepeat() {
    if (at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
      throw new IllegalArgumentException("it has a lazy repeat, or a repeat of a repeat");
    }
  }

  private Run counted(BitSet set) {
    int min = count();
    int max = min;
    if (take(",")) {
      max = looksAt("}") ? RegexTree.UNBOUNDED : count();
    }
    if (!take("}") || max < min) {
      throw unknown();
    }
    requireNoRepeat();
    return new Run(set, min, max, false);
  }

  private int count() {
    int begin = at;
    while (at < regex.length() && at - begin < 3 && Character.digit(regex.charAt(at), 10) >= 0) {
      at++;
    }
    if (begin == at) {
      throw unknown();
    }
    int count = Integer.parseInt(regex.substring(begin, at));
    if (count > MAX_REPEATS) {
      throw new IllegalArgumentException("it has a count over " + MAX_REPEATS);
    }
    return count;
  }

  private Ahead ahead(boolean negative) {
    BitSet set = single(false);
    if (!take(")")) {
      throw new IllegalArgumentException("it looks ahead at more than one character");
    }
    return new Ahead(set, negative);
  }

  /** Parses an expression for a single character. */
  private BitSet single(boolean ignoreCase) {
    if (take(".")) {
      return CodePoints.not(CodePoints.of('\n'));
    }
    if (take("[")) {
      return bracket(0);
    }
    if (take("\\")) {
      return escape();
    }
    if (at == regex.length() || "()|*+?{^$".indexOf(regex.charAt(at)) >= 0) {
      throw unknown();
    }
    int character = character();
    BitSet set = CodePoints.of(character);
    if (ignoreCase) {
      set.set(Character.toLowerCase(character));
      set.set(Character.toUpperCase(character));
      set.set(Character.toTitleCase(character));
      // These match too when case is ignored: the long s and the kelvin sign.
      if (character == 's' || character == 'S') {
        set.set(0x17F);
      }
      if (character == 'k' || character == 'K') {
        set.set(0x212A);
      }
    }
    return set;
  }

  private BitSet bracket(int depth) {
    boolean negative = take("^");
    if (depth > MAX_NESTING || looksAt("]") || looksAt(":")) {
      throw unknown();
    }
    BitSet set = new BitSet();
    List<BitSet> before = new ArrayList<>();
    while (!take("]")) {
      if (take("&&")) {
        before.add(set);
        set = new BitSet();
      } else if (take("[")) {
        set.or(bracket(depth + 1));
      } else {
        set.or(range());
      }
    }
    before.forEach(set::and);
    return negative ? CodePoints.not(set) : set;
  }

  /** One character of a bracket expression, a range of characters, or a named set. */
  private BitSet range() {
    BitSet from = member();
    boolean range = looksAt("-") && !looksAt("-]") && !looksAt("-[");
    if (!range) {
      return from;
    }
    at++;
    BitSet to = member();
    int first = from.nextSetBit(0);
    int last = to.nextSetBit(0);
    if (from.cardinality() != 1 || to.cardinality() != 1 || first > last) {
      throw unknown();
    }
    from.set(first, last + 1);
    return from;
  }

  private BitSet member() {
    if (at == regex.length()) {
      throw unknown();
    }
    return take("\\") ? escape() : CodePoints.of(character());
  }

  private BitSet escape() {
    if (at == regex.length()) {
      throw unknown();
    }
    int escaped = character();
    return switch (escaped) {
      case 's' -> CodePoints.space();
      case 'S' -> CodePoints.not(CodePoints.space());
      case 'd' -> characters.digit();
      case 'D' -> CodePoints.not(characters.digit());
      case 'w' -> characters.word();
      case 'W' -> CodePoints.not(characters.word());
      case 'n' -> CodePoints.of('\n');
      case 'r' -> CodePoints.of('\r');
      case 't' -> CodePoints.of('\t');
      case 'f' -> CodePoints.of('\f');
      case 'v' -> CodePoints.of(0x0B);
      case 'u' -> CodePoints.of(hexadecimal());
      case 'p' -> property();
      case 'P' -> CodePoints.not(property());
      default -> {
        if (Character.isLetterOrDigit(escaped)) {
          at -= Character.charCount(escaped) + 1;
          throw unknown();
        }
        yield CodePoints.of(escaped);
      }
    };
  }

  private int hexadecimal() {
    if (!regex.substring(at).matches("(?s)[0-9A-Fa-f]{4}.*")) {
      throw unknown();
    }
    at += 4;
    return Integer.parseInt(regex.substring(at - 4, at), 16);
  }

  private BitSet property() {
    int end = regex.indexOf('}', at);
    if (!take("{") || end < 0) {
      throw unknown();
    }
    String name = regex.substring(at, end);
    at = end + 1;
    return characters
        .property(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"" + name + "\" is not a general category or script of Unicode"));
  }

  private int character() {
    int character = regex.codePointAt(at);
    at += Character.charCount(character);
    return character;
  }

  private boolean looksAt(String text) {
    return regex.startsWith(text, at);
  }

  private boolean take(String text) {
    if (!looksAt(text)) {
      return false;
    }
    at += text.length();
    return true;
  }

  private IllegalArgumentException unknown() {
    return new IllegalArgumentException(
        at < regex.length()
            ? "what begins at index " + at + " is not supported"
            : "it ends too early");
  }
}
