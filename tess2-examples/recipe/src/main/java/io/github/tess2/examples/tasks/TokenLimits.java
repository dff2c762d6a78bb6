package io.github.tess2.examples.tasks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.engine.EngineStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts tokens and holds items to the model's length. Owns a native tokenizer until closed; safe
 * for use by several threads.
 */
public final class TokenLimits implements AutoCloseable {
  private static final int REMEMBERED = 16;

  private final HuggingFaceTokenizer tokenizer;

  /** Tokens of the texts asked for last. */
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
   * Opens a tokenizer, with no limit on prompt and answer together.
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
   * @param prompt most tokens of a prompt, with the chat format's around it and the one that starts
   *     the sequence
   * @param answer most tokens of an answer, with the one that ends it
   * @param together most tokens of both
   * @throws IllegalArgumentException if a limit is not positive
   * @throws Tess2Exception if the file cannot be read
   */
  public TokenLimits(Path tokenizerJson, int prompt, int answer, int together) {
    requirePositive("prompt tokens", prompt);
    requirePositive("answer tokens", answer);
    requirePositive("tokens", together);
    this.together = together;
    this.prompt = prompt;
    this.answer = answer;
    EngineStart.prepareTokenizers();
    try {
      // By default it would cut long texts off, and say so only in a log.
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

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be greater than zero, but is: " + value);
    }
  }

  /** Tokens of a plain text, nothing added. */
  public int tokens(String text) {
    synchronized (counted) {
      // Each part of an item is asked for several times in a row, and splitting is the slow part.
      return counted.computeIfAbsent(
          text, one -> tokenizer.encode(one, false, false).getIds().length);
    }
  }

  /** Tokens of a prompt in the chat format, with the one that starts the sequence. */
  public int promptTokens(String message) {
    return 1
        + tokens(TokenizerBuilder.USER + "\n" + message + "\n" + TokenizerBuilder.ASSISTANT + "\n");
  }

  /** Tokens of an answer with the one that ends it. */
  public int answerTokens(String text) {
    return tokens(text) + 1;
  }

  /** Tokens of prompt and answer together, as they are trained on. */
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

  /** Whether the prompt fits, and each of the two answers, alone and with the prompt. */
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
