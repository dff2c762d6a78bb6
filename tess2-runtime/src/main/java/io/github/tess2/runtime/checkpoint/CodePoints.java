package io.github.tess2.runtime.checkpoint;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Sets of Unicode characters, by their names in regular expressions. */
final class CodePoints {
  private static final int SIZE = Character.MAX_CODE_POINT + 1;

  /** The two letters of a general category by its number in {@link Character#getType(int)}. */
  private static final Map<Integer, String> CATEGORIES =
      Map.ofEntries(
          Map.entry((int) Character.UPPERCASE_LETTER, "Lu"),
          Map.entry((int) Character.LOWERCASE_LETTER, "Ll"),
          Map.entry((int) Character.TITLECASE_LETTER, "Lt"),
          Map.entry((int) Character.MODIFIER_LETTER, "Lm"),
          Map.entry((int) Character.OTHER_LETTER, "Lo"),
          Map.entry((int) Character.NON_SPACING_MARK, "Mn"),
          Map.entry((int) Character.ENCLOSING_MARK, "Me"),
          Map.entry((int) Character.COMBINING_SPACING_MARK, "Mc"),
          Map.entry((int) Character.DECIMAL_DIGIT_NUMBER, "Nd"),
          Map.entry((int) Character.LETTER_NUMBER, "Nl"),
          Map.entry((int) Character.OTHER_NUMBER, "No"),
          Map.entry((int) Character.SPACE_SEPARATOR, "Zs"),
          Map.entry((int) Character.LINE_SEPARATOR, "Zl"),
          Map.entry((int) Character.PARAGRAPH_SEPARATOR, "Zp"),
          Map.entry((int) Character.CONTROL, "Cc"),
          Map.entry((int) Character.FORMAT, "Cf"),
          Map.entry((int) Character.PRIVATE_USE, "Co"),
          Map.entry((int) Character.SURROGATE, "Cs"),
          Map.entry((int) Character.UNASSIGNED, "Cn"),
          Map.entry((int) Character.DASH_PUNCTUATION, "Pd"),
          Map.entry((int) Character.START_PUNCTUATION, "Ps"),
          Map.entry((int) Character.END_PUNCTUATION, "Pe"),
          Map.entry((int) Character.CONNECTOR_PUNCTUATION, "Pc"),
          Map.entry((int) Character.OTHER_PUNCTUATION, "Po"),
          Map.entry((int) Character.INITIAL_QUOTE_PUNCTUATION, "Pi"),
          Map.entry((int) Character.FINAL_QUOTE_PUNCTUATION, "Pf"),
          Map.entry((int) Character.MATH_SYMBOL, "Sm"),
          Map.entry((int) Character.CURRENCY_SYMBOL, "Sc"),
          Map.entry((int) Character.MODIFIER_SYMBOL, "Sk"),
          Map.entry((int) Character.OTHER_SYMBOL, "So"));

  /**
   * Sets by category, in one letter or two. Computed once, because a pass over Unicode takes a
   * while.
   */
  private final Map<String, BitSet> byCategory = new HashMap<>();

  static BitSet of(int... characters) {
    BitSet set = new BitSet();
    for (int character : characters) {
      set.set(character);
    }
    return set;
  }

  static BitSet not(BitSet set) {
    BitSet rest = (BitSet) set.clone();
    rest.flip(0, SIZE);
    return rest;
  }

  /** The characters that Unicode defines as white space. */
  static BitSet space() {
    BitSet set = of(' ', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000);
    set.set(0x09, 0x0E);
    set.set(0x2000, 0x200B);
    return set;
  }

  BitSet digit() {
    return property("Nd").orElseThrow();
  }

  /** The characters that make up words. */
  BitSet word() {
    BitSet set = property("L").orElseThrow();
    for (String category : new String[] {"M", "Nd", "Nl", "Pc"}) {
      set.or(property(category).orElseThrow());
    }
    return set;
  }

  /** The set of a general category or script; empty if the name is neither. */
  Optional<BitSet> property(String name) {
    if (byCategory.isEmpty()) {
      sort();
    }
    BitSet category = byCategory.get(name);
    return category == null ? script(name) : Optional.of((BitSet) category.clone());
  }

  private void sort() {
    BitSet[] byType = new BitSet[Byte.MAX_VALUE];
    CATEGORIES.keySet().forEach(type -> byType[type] = new BitSet(SIZE));
    for (int character = 0; character < SIZE; character++) {
      byType[Character.getType(character)].set(character);
    }
    CATEGORIES.forEach(
        (type, name) -> {
          byCategory.put(name, byType[type]);
          byCategory.computeIfAbsent(name.substring(0, 1), x -> new BitSet(SIZE)).or(byType[type]);
        });
  }

  private static Optional<BitSet> script(String name) {
    Character.UnicodeScript script;
    try {
      script = Character.UnicodeScript.forName(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    BitSet set = new BitSet(SIZE);
    for (int character = 0; character < SIZE; character++) {
      if (Character.UnicodeScript.of(character) == script) {
        set.set(character);
      }
    }
    return Optional.of(set);
  }
}
