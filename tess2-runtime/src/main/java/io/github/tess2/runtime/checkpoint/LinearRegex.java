package io.github.tess2.runtime.checkpoint;

import io.github.tess2.runtime.checkpoint.RegexTree.Ahead;
import io.github.tess2.runtime.checkpoint.RegexTree.Branch;
import io.github.tess2.runtime.checkpoint.RegexTree.Group;
import io.github.tess2.runtime.checkpoint.RegexTree.Item;
import io.github.tess2.runtime.checkpoint.RegexTree.Run;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * Proves that searching a text for a regular expression takes time in proportion to the text's
 * length. The native library's engine backtracks: it tries all ways to match, one after another. If
 * there are many, it takes minutes, and after ten million steps at one place it ends the process.
 *
 * <p><b>The proof.</b> A repeat without an upper limit costs as much as it consumes. After the last
 * item that can fail, the consumed text is part of the match and the search continues after it, so
 * nothing is examined twice. A repeat that is followed by an item that can fail may give back
 * everything it consumed and fail. That is acceptable in two cases:
 *
 * <ul>
 *   <li>If only a lookahead at the next character follows, and every character of the repeat would
 *       pass it, one step back is enough ({@code \s+(?!\S)}).
 *   <li>If a branch has at most one such repeat, and the first branch that can match there at all
 *       consumes the same run of characters ({@code \s*[\r\n]+|\s+}), each run is examined in vain
 *       only once and then consumed.
 * </ul>
 *
 * <p>Everything that the proof does not cover is refused: repeats of groups, two competing repeats,
 * anchors, lookbehinds. {@code \s+$} is allowed because DeepSeek's first tokenizers have it. It
 * takes time quadratic in the length of a run of white space, and never more.
 */
final class LinearRegex {
  private static final Set<String> KNOWN = Set.of("\\s+$");

  private static final int MAX_WAYS = 8;
  private static final int MAX_WAYS_BEFORE_RUN = 2;

  private final List<Branch> branches;

  private LinearRegex(RegexTree tree) {
    this.branches = tree.branches();
  }

  /**
   * What a replacement needs to know about its pattern.
   *
   * @param least the fewest characters that it consumes, at least one
   * @param taken all characters that it can consume
   */
  record Taken(int least, BitSet taken) {}

  /**
   * Checks a regular expression.
   *
   * @param regex in Oniguruma's syntax
   * @param characters the sets of characters that it may name
   * @return what it consumes
   * @throws IllegalArgumentException if there is no proof; the message says why
   */
  static Taken check(String regex, CodePoints characters) {
    if (KNOWN.contains(regex)) {
      return new Taken(1, CodePoints.space());
    }
    RegexTree tree = RegexParser.parse(regex, characters);
    new LinearRegex(tree).check();
    BitSet taken = new BitSet();
    tree.branches().forEach(branch -> collect(branch, taken));
    int least = tree.branches().stream().mapToInt(Branch::least).min().orElseThrow();
    return new Taken(least, taken);
  }

  private static void collect(Branch branch, BitSet taken) {
    for (Item item : branch.items()) {
      if (item instanceof Run run) {
        taken.or(run.set());
      } else if (item instanceof Group group) {
        group.branches().forEach(inner -> collect(inner, taken));
      }
    }
  }

  private void check() {
    for (Branch branch : branches) {
      if (branch.least() == 0) {
        throw new IllegalArgumentException("it matches the empty text");
      }
      int last = branch.items().size() - 1;
      while (!branch.items().get(last).required()) {
        last--;
      }
      if (ways(branch.items().subList(0, last + 1)) > MAX_WAYS) {
        throw new IllegalArgumentException("over " + MAX_WAYS + " ways to match are tried");
      }
      checkGroups(branch);
      checkRepeats(branch, last);
    }
  }

  /** The number of ways in which items of bounded length can match together. */
  private static long ways(List<Item> items) {
    long ways = 1;
    for (Item item : items) {
      long more = 1;
      if (item instanceof Run run && !run.unbounded()) {
        more = 1L + run.max() - run.min();
      } else if (item instanceof Group group) {
        more = group.branches().stream().mapToLong(inner -> ways(inner.items())).sum();
        more += group.optional() ? 1 : 0;
      }
      ways = Math.min(MAX_WAYS + 1, ways * more);
    }
    return ways;
  }

  /** Checks that the content of parentheses is short. */
  private static void checkGroups(Branch branch) {
    for (Item item : branch.items()) {
      if (item instanceof Group group) {
        for (Branch inner : group.branches()) {
          boolean bounded =
              inner.items().stream()
                  .noneMatch(
                      one -> one instanceof Ahead || (one instanceof Run run && run.unbounded()));
          if (inner.least() == 0 || !bounded) {
            throw new IllegalArgumentException(
                "parentheses in it contain a repeat, a lookahead or nothing");
          }
          checkGroups(inner);
        }
      }
    }
  }

  private void checkRepeats(Branch branch, int last) {
    List<Item> items = branch.items();
    List<Run> costly = new ArrayList<>();
    for (int i = 0; i < last; i++) {
      if (items.get(i) instanceof Run run && run.unbounded() && !passes(run, items, i + 1)) {
        costly.add(run);
      }
    }
    if (costly.size() > 1) {
      throw new IllegalArgumentException("two repeats in it compete");
    }
    if (!costly.isEmpty() && ways(items.subList(0, last + 1)) > MAX_WAYS_BEFORE_RUN) {
      throw new IllegalArgumentException(
          "a repeat in it is tried in over " + MAX_WAYS_BEFORE_RUN + " ways");
    }
    costly.forEach(run -> requireTakenElsewhere(run.set(), branch));
  }

  /** Whether only a lookahead follows, which every character of the run would pass. */
  private static boolean passes(Run run, List<Item> items, int next) {
    if (run.possessive() || next != items.size() - 1 || !(items.get(next) instanceof Ahead ahead)) {
      return false;
    }
    return ahead.negative() ? !run.set().intersects(ahead.set()) : within(run.set(), ahead.set());
  }

  /** Checks that a run of the set is consumed by the first branch that can match inside it. */
  private void requireTakenElsewhere(BitSet set, Branch costly) {
    for (Branch branch : branches) {
      if (branch.equals(costly) || cannotMatchIn(set, branch)) {
        continue;
      }
      if (takesIn(set, branch)) {
        return;
      }
      break;
    }
    throw new IllegalArgumentException(
        "a repeat in it can fail at every character, and no branch consumes the run");
  }

  /** Whether the branch needs, after a bounded number of characters, one that is not in the set. */
  private static boolean cannotMatchIn(BitSet set, Branch branch) {
    for (Item item : branch.items()) {
      BitSet firsts = firsts(item);
      if (item.required()) {
        return !firsts.intersects(set);
      }
      if (item instanceof Run run && run.unbounded() && firsts.intersects(set)) {
        return false;
      }
    }
    return false;
  }

  private static boolean takesIn(BitSet set, Branch branch) {
    List<Item> items = branch.items();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      if (item.required()) {
        return item instanceof Run run
            && run.unbounded()
            && within(set, run.set())
            && (restIsOptional(items, i + 1) || passes(run, items, i + 1));
      }
      if (item instanceof Run run && run.unbounded()) {
        return false;
      }
    }
    return false;
  }

  private static boolean restIsOptional(List<Item> items, int from) {
    return items.subList(from, items.size()).stream().noneMatch(Item::required);
  }

  private static BitSet firsts(Item item) {
    if (item instanceof Run run) {
      return run.set();
    }
    BitSet firsts = new BitSet();
    if (item instanceof Group group) {
      for (Branch branch : group.branches()) {
        for (Item inner : branch.items()) {
          firsts.or(firsts(inner));
          if (inner.required()) {
            break;
          }
        }
      }
    } else if (item instanceof Ahead ahead) {
      firsts.or(ahead.negative() ? CodePoints.not(ahead.set()) : ahead.set());
    }
    return firsts;
  }

  private static boolean within(BitSet part, BitSet whole) {
    BitSet rest = (BitSet) part.clone();
    rest.andNot(whole);
    return rest.isEmpty();
  }
}
