package io.github.tess2.runtime.checkpoint;

import static java.util.Objects.requireNonNull;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.CheckpointException;
import io.github.tess2.DeviceException;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.runtime.engine.NativeFailure;
import io.github.tess2.runtime.sentencepiece.Found;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A DJL tokenizer that knows when it is closed. DJL's own would pass a freed address to native code
 * if one thread closed it while another used it.
 */
final class NativeTokenizer implements AutoCloseable {
  /** Without these options DJL truncates at 512 tokens, pads and adds special tokens. */
  private static final Map<String, String> AS_IT_IS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  /** Why the library did not load. Java tries only once, and its next error says less. */
  private static final AtomicReference<@Nullable String> FAILURE = new AtomicReference<>();

  private final Path file;
  private final HuggingFaceTokenizer tokenizer;

  /** The id in the file for each id of the native library, and the reverse. */
  private final ImmutableIntArray ids;

  private final int[] numbers;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private NativeTokenizer(Path file, HuggingFaceTokenizer tokenizer, ImmutableIntArray ids) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.ids = ids;
    this.numbers = new int[ids.stream().max().orElse(-1) + 1];
    Arrays.fill(numbers, -1);
    IntStream.range(0, ids.length()).forEach(number -> numbers[ids.get(number)] = number);
  }

  /** Builds a tokenizer; the file is for messages. */
  static NativeTokenizer of(Path file, NativeForm form) {
    EngineStart.prepareTokenizers();
    return EngineStart.inOwnLoader(() -> build(file, form));
  }

  private static NativeTokenizer build(Path file, NativeForm form) {
    try {
      ByteArrayInputStream bytes =
          new ByteArrayInputStream(form.json().getBytes(StandardCharsets.UTF_8));
      return new NativeTokenizer(
          file, HuggingFaceTokenizer.newInstance(bytes, AS_IT_IS), form.ids());
    } catch (EngineException | LinkageError e) {
      throw new DeviceException(failure(e), e);
    } catch (IOException | RuntimeException e) {
      // The native code throws a plain RuntimeException.
      throw new CheckpointException(
          file + ": must be a tokenizer that can be built, but is not: " + e.getMessage(), e);
    }
  }

  /** The message if the library does not load. Only Java's first error says why. */
  private static String failure(Throwable e) {
    String why = "the tokenizers' native library does not load: " + NativeFailure.explain(e);
    FAILURE.compareAndSet(null, why);
    return requireNonNull(FAILURE.get());
  }

  /**
   * Splits a text into ids.
   *
   * @throws IllegalArgumentException if the text is too long for {@link LinearRegex}
   */
  int[] encode(String text) {
    long[] found = encoding(text, TokenizersLibrary.LIB::getTokenIds);
    return Arrays.stream(found).mapToInt(id -> ids.get((int) id)).toArray();
  }

  /** Splits a text into consecutive tokens. Only for tokenizers that do not normalize. */
  List<Found> split(String text) {
    return encoding(
        text,
        encoding -> {
          long[] found = TokenizersLibrary.LIB.getTokenIds(encoding);
          CharSpan[] spans = TokenizersLibrary.LIB.getTokenCharSpans(encoding);
          List<Found> tokens = new ArrayList<>();
          int from = 0;
          for (int i = 0; i < found.length; i++) {
            int to = text.offsetByCodePoints(from, spans[i].getEnd() - spans[i].getStart());
            tokens.add(new Found(ids.get((int) found[i]), text.substring(from, to)));
            from = to;
          }
          return tokens;
        });
  }

  /** Reads only what is wanted: everything else that DJL's own method reads takes far longer. */
  private <T> T encoding(String text, LongFunction<T> wanted) {
    TextLength.require(text.length(), TextLength.MOST_MARKED);
    return use(
        open -> {
          long encoding = TokenizersLibrary.LIB.encode(open.getHandle(), text, false);
          try {
            return wanted.apply(encoding);
          } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
          }
        });
  }

  /** Joins ids into a text; ids that belong to no token are left out. */
  String decode(long[] ids, boolean skipSpecial) {
    long[] known =
        Arrays.stream(ids)
            .filter(id -> id < numbers.length)
            .map(id -> numbers[(int) id])
            .filter(number -> number >= 0)
            .toArray();
    return use(open -> open.decode(known, skipSpecial));
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

  /** Waits for running calls, then frees the tokenizer. Closing again does nothing. */
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
