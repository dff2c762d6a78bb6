package io.github.tess2.examples.tasks;

import io.github.tess2.Tess2Exception;
import java.util.ArrayList;
import java.util.List;

/**
 * The facts of {@code facts.txt}. A slot can be the blank only if the other slot leaves no choice:
 * two fruits are listed, so "The _ is a kind of fruit." is never asked.
 */
final class Facts {
  private static final String X = "{x}";
  private static final String Y = "{y}";
  private static final Facts SHIPPED = parse("facts.txt", Lexicon.lines("facts.txt"));

  /** A relation: its wordings, and the pairs that may fill them. */
  private record Relation(List<String> wordings, List<Pair> pairs) {}

  private record Pair(String x, String y) {}

  private record Fact(Relation relation, Pair pair) {}

  /** All facts are equally likely, so that those of short lists are not drawn too often. */
  private final List<Fact> facts;

  private Facts(List<Relation> relations) {
    facts =
        relations.stream()
            .flatMap(relation -> relation.pairs().stream().map(pair -> new Fact(relation, pair)))
            .toList();
  }

  static Facts shipped() {
    return SHIPPED;
  }

  static Facts parse(String file, List<String> lines) {
    List<Relation> relations = new ArrayList<>();
    Relation current = new Relation(List.of(), List.of());
    boolean symmetric = false;
    for (String line : lines) {
      if (line.startsWith("[")) {
        symmetric = line.endsWith(" symmetric");
        current = new Relation(new ArrayList<>(), new ArrayList<>());
        relations.add(current);
      } else if (line.startsWith("= ")) {
        current.wordings().add(line.substring(2));
      } else {
        for (String pair : line.split(" ", -1)) {
          String[] sides = pair.split("/", -1);
          if (sides.length != 2) {
            throw new Tess2Exception(file + ": a pair must read x/y, but is: " + pair);
          }
          current.pairs().add(new Pair(sides[0], sides[1]));
          if (symmetric) {
            current.pairs().add(new Pair(sides[1], sides[0]));
          }
        }
      }
    }
    return new Facts(relations);
  }

  /**
   * Draws a fact with a blank.
   *
   * @param early whether the blank comes before the other slot, so that only the text after it
   *     determines it
   */
  Blanked draw(Draws draws, boolean early) {
    while (true) {
      Fact fact = draws.pick(facts);
      Relation relation = fact.relation();
      Pair pair = fact.pair();
      String wording = draws.pick(relation.wordings());
      boolean xFirst = wording.indexOf(X) < wording.indexOf(Y);
      boolean blankX = early ? xFirst : draws.chance(50);
      if (isOnlyOne(relation, pair, blankX)) {
        return blanked(wording, pair, blankX);
      }
    }
  }

  private static boolean isOnlyOne(Relation relation, Pair pair, boolean blankX) {
    return relation.pairs().stream()
            .filter(other -> blankX ? other.y().equals(pair.y()) : other.x().equals(pair.x()))
            .count()
        == 1;
  }

  private static Blanked blanked(String wording, Pair pair, boolean blankX) {
    String blank = " " + (blankX ? pair.x() : pair.y());
    String open = blankX ? wording.replace(Y, pair.y()) : wording.replace(X, pair.x());
    int at = open.indexOf(" " + (blankX ? X : Y));
    String before = open.substring(0, at);
    String after = open.substring(at + 1 + X.length());
    return new Blanked("fact " + TaskItem.normalise(before + blank + after), before, blank, after);
  }
}
