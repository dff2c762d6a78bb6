package io.github.tess2.examples.tasks;

import io.github.tess2.examples.tasks.Equation.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link Family#WORD_PROBLEM}. */
final class WordProblems implements TaskGenerator {
  private static final List<Template> TEMPLATES = Template.load("word-problems.txt");

  @Override
  public Draft draw(Draws draws) {
    Template template = draws.pick(TEMPLATES);
    List<Equation> steps = drawSteps(template.operations(), draws);
    Map<String, String> slots = Template.drawCast(draws);
    slots.put("a", String.valueOf(steps.get(0).a()));
    slots.put("b", String.valueOf(steps.get(0).b()));
    slots.put("c", String.valueOf(steps.get(steps.size() - 1).b()));
    String prompt = template.fill(slots);
    String answer = steps.stream().map(Equation::worked).collect(Collectors.joining(", "));
    return new Draft("story " + TaskItem.normalise(prompt), prompt, answer);
  }

  /** The first number of each step is the result of the step before. */
  private static List<Equation> drawSteps(List<Operation> operations, Draws draws) {
    boolean single = operations.size() == 1;
    List<Equation> steps = new ArrayList<>();
    steps.add(drawFirst(operations.get(0), single, draws));
    if (!single) {
      int so = steps.get(0).result();
      int most = operations.get(1) == Operation.SUBTRACT ? Math.min(so - 1, 40) : 40;
      steps.add(new Equation(so, operations.get(1), draws.between(Math.min(2, most), most)));
    }
    return steps;
  }

  static Equation drawFirst(Operation operation, boolean single, Draws draws) {
    return switch (operation) {
      case ADD ->
          single
              ? new Equation(draws.between(2, 99), operation, draws.between(2, 99))
              : new Equation(draws.between(3, 60), operation, draws.between(2, 40));
      case SUBTRACT -> {
        int a = draws.between(single ? 6 : 12, 99);
        yield new Equation(a, operation, draws.between(2, single ? a - 2 : a / 2));
      }
      case MULTIPLY -> new Equation(draws.between(2, 9), operation, draws.between(2, 12));
      case DIVIDE -> {
        int b = draws.between(2, 9);
        yield new Equation(b * draws.between(2, 12), operation, b);
      }
    };
  }
}
