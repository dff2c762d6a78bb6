package io.github.tess2.langchain4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import io.github.tess2.spi.Guidance;

/**
 * Guides the shipped model, which knows no capital cities and no German, to the answers that
 * LangChain4j's suites expect. Everything else is the real model. The answers depend on the prompt,
 * so they show that all messages reached the model.
 */
final class Oracle implements Guidance {
  private static final float SURE = 10_000;

  @Override
  public String name() {
    return "oracle";
  }

  @Override
  public Run begin(Request request) {
    Tokenizer tokenizer = request.tokenizer();
    int first = request.positions().get(0);
    String prompt = tokenizer.decode(request.ids().subArray(0, first));
    ImmutableIntArray answer = tokenizer.encode(answer(prompt));
    int said = said(request.ids(), first, answer);
    return canvas ->
        canvas.adjust(
            (logits, from, to) -> logits.add(sure(logits, said + from, answer, tokenizer)));
  }

  /** How much of the answer precedes the current window. */
  private static int said(ImmutableIntArray ids, int first, ImmutableIntArray answer) {
    int said = Math.min(first, answer.length());
    while (!ids.subArray(first - said, first).equals(answer.subArray(0, said))) {
      said--;
    }
    return said;
  }

  private static NDArray sure(
      NDArray logits, int from, ImmutableIntArray answer, Tokenizer tokenizer) {
    int rows = (int) logits.getShape().get(0);
    int vocabulary = (int) logits.getShape().get(1);
    float[] wanted = new float[rows * vocabulary];
    for (int row = 0; row < rows; row++) {
      int at = from + row;
      int id = at < answer.length() ? answer.get(at) : tokenizer.eosId();
      wanted[row * vocabulary + id] = SURE;
    }
    return logits.getManager().create(wanted, new Shape(rows, vocabulary));
  }

  private static String answer(String prompt) {
    if (prompt.contains("capital of Germany? How much")) {
      return "The capital of Germany is Berlin, and 2 + 2 is 4.";
    }
    if (prompt.contains("capital of Germany")) {
      return "It is Berlin.";
    }
    if (prompt.contains("into German") && prompt.contains("I love you")) {
      return "liebe";
    }
    if (prompt.contains("my favorite color is green") && prompt.contains("What is my favorite")) {
      return "It is green.";
    }
    if (prompt.contains("Hello World")) {
      return "Hello World, and more";
    }
    if (prompt.contains("long story")) {
      return "one two three four five six seven eight nine ten ".repeat(8).strip();
    }
    return "no answer is prepared for: " + prompt;
  }
}
