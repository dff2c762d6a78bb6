package io.github.tess2.examples.tasks;

import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.engine.EngineStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts tokens, and checks that items fit into the model's length. Owns a native tokenizer until
 * closed. Thread-safe.
 */
public final class TokenLimits implements AutoCloseable {
  private static final int REMEMBERED = 16;

  private final HuggingFaceTokenizer tokenizer;

  /** Token counts of the most recent texts. */
  private final Map<String, Integer> counted =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > REMEMBERED;
        }
      };

  private final int prompt;
  private final int answer;
  private final int together;

  /**
   * Opens a tokenizer, without a limit on prompt and answer together.
   *
   * @param tokenizerJson a {@code tokenizer.json}
   * @param prompt most tokens of a prompt
   * @param answer most tokens of an answer
   * @throws IllegalArgumentException if a limit is not positive
   * @throws Tess2Exception if the file cannot be read
   */
  public TokenLimits(Path tokenizerJson, int prompt, int answer) {
    this(tokenizerJson, prompt, answer, prompt + answer);
  }

  /**
   * Opens a tokenizer.
   *
   * @param tokenizerJson a {@code tokenizer.json}
   * @param prompt most tokens of a prompt, including those of the chat format around it and the one
   *     that starts the sequence
   * @param answer most tokens of an answer, including the one that ends it
   * @param together most tokens of both
   * @throws IllegalArgumentException if a limit is not positive
   * @throws Tess2Exception if the file cannot be read
   */
  public TokenLimits(Path tokenizerJson, int prompt, int answer, int together) {
    requireAtLeast("prompt tokens", prompt, 1);
    requireAtLeast("answer tokens", answer, 1);
    requireAtLeast("tokens", together, 1);
    this.together = together;
    this.prompt = prompt;
    this.answer = answer;
    EngineStart.prepareTokenizers();
    try {
      // By default the tokenizer would truncate long texts and only log a warning.
      tokenizer =
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(tokenizerJson)
              .optAddSpecialTokens(false)
              .optTruncation(false)
              .optPadding(false)
              .build();
    } catch (IOException e) {
      throw new Tess2Exception("tokenizer must be readable, but is not: " + tokenizerJson, e);
    }
  }

  /** Counts the tokens of a plain text, with nothing added. */
  public int tokens(String text) {
    synchronized (counted) {
      // Each part of an item is counted several times in a row, and encoding is slow.
      return counted.computeIfAbsent(
          text, one -> tokenizer.encode(one, false, false).getIds().length);
    }
  }

  /**
   * Counts the tokens of a prompt in the chat format, including the one that starts the sequence.
   */
  public int promptTokens(String message) {
    return 1
        + tokens(TokenizerBuilder.USER + "\n" + message + "\n" + TokenizerBuilder.ASSISTANT + "\n");
  }

  /** Counts the tokens of an answer, including the one that ends it. */
  public int answerTokens(String text) {
    return tokens(text) + 1;
  }

  /** Counts the tokens of prompt and answer together, as they are trained on. */
  int tokens(TaskItem item) {
    return promptTokens(item.prompt()) + answerTokens(item.answer());
  }

  /**
   * Returns the item if it fits.
   *
   * @throws Tess2Exception if it does not, naming the item and the limit
   */
  public TaskItem require(TaskItem item) {
    String name = item.id() + " (" + item.family().id() + ")";
    require(name, "prompt", promptTokens(item.prompt()), prompt, item.prompt());
    require(name, "answer", answerTokens(item.answer()), answer, item.answer());
    require(name, "chat", tokens(item), together, item.prompt() + " " + item.answer());
    return item;
  }

  /**
   * Returns the text with a blank if it fits into prompt and answer together.
   *
   * @throws Tess2Exception if it does not, naming the item and the limit
   */
  public InfillItem require(InfillItem item) {
    // One token starts the sequence and one ends it.
    require(item.id(), "text", tokens(item.text()) + 2, prompt + answer, item.text());
    return item;
  }

  /** Whether the prompt fits, and each of the two answers fits alone and with the prompt. */
  public boolean fits(PreferencePair pair) {
    int asked = promptTokens(pair.item().prompt());
    return asked <= prompt && fits(asked, pair.chosen()) && fits(asked, pair.rejected());
  }

  private boolean fits(int asked, String text) {
    int answered = answerTokens(text);
    return answered <= answer && asked + answered <= together;
  }

  private static void require(String name, String part, int tokens, int limit, String text) {
    if (tokens > limit) {
      throw new Tess2Exception(
          name
              + ": "
              + part
              + " must have at most "
              + limit
              + " tokens, but has "
              + tokens
              + ": "
              + text);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
