package io.github.tess2.examples.tasks;

import io.github.tess2.examples.tasks.Equation.Operation;
import java.util.List;
import java.util.Map;

/** Draws the texts of {@link InfillItem}. */
final class Infill {
  private static final List<Template> STORIES = Template.load("stories.txt");
  private static final List<String> OPENINGS =
      List.of("We know that", "It is true that", "Note that", "So");

  private Infill() {}

  static InfillItem draw(String id, Draws draws) {
    return switch (draws.weighted(35, 47, 8, 10)) {
      case 0 -> item(id, "equation", equation(draws));
      case 1 -> item(id, "story", story(draws));
      case 2 -> item(id, "fact", Facts.shipped().draw(draws, true));
      default -> item(id, "conversion", conversion(draws));
    };
  }

  private static InfillItem item(String id, String kind, Blanked blanked) {
    return new InfillItem(
        id, kind, blanked.key(), blanked.before(), blanked.blank(), blanked.after());
  }

  private static Blanked equation(Draws draws) {
    Equation equation = drawEquation(draws);
    String sign = " " + equation.operation().sign;
    String rest = " = " + equation.result() + ".";
    if (draws.chance(50)) {
      String before = draws.chance(50) ? "" : draws.pick(OPENINGS) + " ";
      return new Blanked(
          equation.key(), before + equation.a() + sign + " ", "" + equation.b(), rest);
    }
    return new Blanked(
        equation.key(), draws.pick(OPENINGS), " " + equation.a(), sign + " " + equation.b() + rest);
  }

  /** Products are rare, because few exist and those kept out are kept out of all training. */
  private static Equation drawEquation(Draws draws) {
    return switch (draws.weighted(42, 42, 16)) {
      case 0 -> WordProblems.drawFirst(Operation.ADD, true, draws);
      case 1 -> WordProblems.drawFirst(Operation.SUBTRACT, true, draws);
      default -> new Equation(draws.between(2, 30), Operation.MULTIPLY, draws.between(2, 9));
    };
  }

  private static Blanked conversion(Draws draws) {
    UnitConversion.Conversion conversion = UnitConversion.drawConversion(draws);
    String before = draws.pick(OPENINGS);
    String after = " " + conversion.unit() + " make " + conversion.result() + ".";
    return new Blanked(conversion.key(), before, " " + conversion.count(), after);
  }

  private static Blanked story(Draws draws) {
    Template template = draws.pick(STORIES);
    Lexicon lexicon = Lexicon.shipped();
    Map<String, String> slots = Template.drawCast(draws);
    slots.put("thing", draws.pick(Description.withoutVowel(lexicon.words("objects"))));
    slots.put("animal", draws.pick(Description.withoutVowel(lexicon.words("animals"))));
    slots.put("color", draws.pick(lexicon.words("colors")));
    slots.put("place", draws.pick(lexicon.words("places")));
    slots.put("food", draws.pick(lexicon.words("foods")));
    slots.put("verb", draws.pick(lexicon.words("verbs")));
    if (!template.operations().isEmpty()) {
      Equation equation = WordProblems.drawFirst(template.operations().get(0), true, draws);
      slots.put("a", String.valueOf(equation.a()));
      slots.put("b", String.valueOf(equation.b()));
      slots.put("c", String.valueOf(equation.result()));
    }
    String text = template.fill(slots);
    int open = text.indexOf('[');
    int close = text.indexOf(']');
    String before = text.substring(0, open);
    String blank = text.substring(open + 1, close);
    String after = text.substring(close + 1);
    String key = "tale " + TaskItem.normalise(before + blank + after);
    return new Blanked(key, before, blank, after);
  }
}
