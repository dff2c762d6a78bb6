package io.github.tess2.runtime.checkpoint;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.tess2.CheckpointException;
import io.github.tess2.DeviceException;
import io.github.tess2.runtime.EngineStart;
import io.github.tess2.runtime.NativeFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * A tokenizer of DJL that knows when it is closed. DJL's own would hand a freed address to native
 * code if one thread closed it while another used it.
 */
final class NativeTokenizer implements AutoCloseable {
  /** DJL would cut at 512 tokens, fill up and add special tokens, each unless told not to. */
  private static final Map<String, String> AS_IT_IS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final Path file;
  private final HuggingFaceTokenizer tokenizer;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private NativeTokenizer(Path file, HuggingFaceTokenizer tokenizer) {
    this.file = file;
    this.tokenizer = tokenizer;
  }

  /** Builds a tokenizer of a {@code tokenizer.json}'s text; the file is for messages. */
  static NativeTokenizer of(Path file, String json) {
    EngineStart.prepareTokenizers();
    return EngineStart.inOwnLoader(() -> build(file, json));
  }

  private static NativeTokenizer build(Path file, String json) {
    try {
      ByteArrayInputStream bytes = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
      return new NativeTokenizer(file, HuggingFaceTokenizer.newInstance(bytes, AS_IT_IS));
    } catch (EngineException | LinkageError e) {
      throw new DeviceException(
          "the tokenizers' native library does not load: " + NativeFailure.explain(e), e);
    } catch (IOException | RuntimeException e) {
      // What the native code throws is a plain RuntimeException.
      throw new CheckpointException(
          file + ": must be a tokenizer that can be built, but is not: " + e.getMessage(), e);
    }
  }

  /**
   * Splits a text into ids.
   *
   * @throws IllegalArgumentException where the text is too long for {@link LinearRegex}
   */
  int[] encode(String text) {
    if (text.length() > LinearRegex.MAX_TEXT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "text must have at most %d characters, but has: %d",
              LinearRegex.MAX_TEXT,
              text.length()));
    }
    return use(
        open -> {
          long[] ids = ids(open, text);
          int[] narrow = new int[ids.length];
          for (int i = 0; i < ids.length; i++) {
            narrow[i] = Math.toIntExact(ids[i]);
          }
          return narrow;
        });
  }

  /** The ids alone: all that DJL's own method reads besides takes far longer than splitting. */
  private static long[] ids(HuggingFaceTokenizer open, String text) {
    long encoding = TokenizersLibrary.LIB.encode(open.getHandle(), text, false);
    try {
      return TokenizersLibrary.LIB.getTokenIds(encoding);
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  /** Joins ids into a text; ids of no token are left out. */
  String decode(long[] ids, boolean skipSpecial) {
    return use(open -> open.decode(ids, skipSpecial));
  }

  private <T> T use(Function<HuggingFaceTokenizer, T> action) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the tokenizer of " + file + " is closed");
      }
      return action.apply(tokenizer);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Waits for those who use it, then frees it. Closing again does nothing. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tokenizer.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
