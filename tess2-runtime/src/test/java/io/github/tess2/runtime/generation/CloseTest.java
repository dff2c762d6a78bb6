package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.Tokenizer;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the ends of models and requests: closing, cancelling, and use after closing. */
@Timeout(60)
class CloseTest {
  private static final String CLOSED = "this DiffusionLM is closed";

  /** More steps than any test waits for. */
  private static final int FOREVER = 100_000;

  private static GenerationRequest endless() {
    return request(1).steps(FOREVER).build();
  }

  @Test
  void generate_manyTimes_ownsNothingMore() {
    try (OpenModel model = new OpenModel("mistral")) {
      int before = model.owned();
      for (int i = 0; i < 50; i++) {
        model.lm.generateAll(
            List.of(request(i).build(), request(i).sampler("simplex-ddim").build()));
      }

      assertThat(model.owned()).isEqualTo(before);
    }
  }

  @Test
  void listener_cancels_givesWhatThatStepPredictedAndFreesAll() {
    try (OpenModel model = new OpenModel("mistral")) {
      int before = model.owned();
      List<ImmutableIntArray> predicted = new ArrayList<>();

      GenerationResult result =
          model.lm.generate(
              endless(),
              step -> {
                predicted.add(step.tokenIds());
                return step.step() == 3 ? Signal.CANCEL : Signal.CONTINUE;
              });

      assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(result.steps()).isEqualTo(3);
      assertThat(predicted).hasSize(3);
      assertThat(result.tokenIds())
          .isEqualTo(predicted.get(2).subArray(0, result.tokenIds().length()));
      assertThat(model.owned()).isEqualTo(before);
    }
  }

  @Test
  void future_cancelled_stopsTheRequestAndFreesAll() throws Exception {
    try (OpenModel model = new OpenModel("mistral")) {
      int before = model.owned();
      Watcher watcher = new Watcher();
      CompletableFuture<GenerationResult> answer =
          model.lm.generateAsync(request(1).steps(FOREVER).guidance(watcher).build());
      watcher.stepped.await();

      answer.cancel(true);

      assertThatThrownBy(answer::join).isInstanceOf(CancellationException.class);
      watcher.closed.await();
      assertThat(waitFor(model, before)).isEqualTo(before);
    }
  }

  @Test
  void future_timedOut_stopsTheRequest() throws Exception {
    try (OpenModel model = new OpenModel("mistral")) {
      Watcher watcher = new Watcher();
      CompletableFuture<GenerationResult> answer =
          model.lm.generateAsync(request(1).steps(FOREVER).guidance(watcher).build());
      watcher.stepped.await();

      answer.orTimeout(1, TimeUnit.MILLISECONDS);

      watcher.closed.await();
      assertThat(answer).isCompletedExceptionally();
    }
  }

  @Test
  void close_again_doesNothing() {
    OpenModel model = new OpenModel("mistral");
    model.close();

    model.close();

    assertThat(model.owned()).isZero();
  }

  @Test
  void use_afterClose_isRefused() {
    OpenModel model = new OpenModel("mistral");
    DiffusionLM lm = model.lm;
    Tokenizer tokenizer = lm.tokenizer();
    model.close();

    assertClosed(() -> lm.generate("Hi"));
    assertClosed(() -> lm.generate(request(1).build(), step -> Signal.CONTINUE));
    assertClosed(() -> lm.generateAll(List.of(request(1).build())));
    assertClosed(() -> lm.generateAll(List.of()));
    assertClosed(() -> lm.generateAsync(request(1).build()));
    assertThat(lm.info().vocabularySize()).isEqualTo(300);
    assertThatThrownBy(() -> tokenizer.encode("Hi"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("the tokenizer of .*tokenizer.json is closed");
    assertThatThrownBy(() -> tokenizer.decode(ImmutableIntArray.of(5)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void close_byTheListener_endsTheRequest() {
    OpenModel model = new OpenModel("mistral");

    assertClosed(
        () ->
            model.lm.generate(
                endless(),
                step -> {
                  model.close();
                  return Signal.CONTINUE;
                }));

    assertThat(model.owned()).isZero();
  }

  /** Runs on the thread that computes the step, in the middle of it. */
  @Test
  void close_byAGuidance_endsTheRequest() {
    OpenModel model = new OpenModel("mistral");
    Guidance closing =
        new Watcher() {
          @Override
          public void guide(GuidedStep step) {
            model.close();
            step.logits(0, 1);
          }
        };

    assertThatThrownBy(() -> model.lm.generate(request(1).guidance(closing).build()))
        .isInstanceOfAny(IllegalStateException.class, PluginException.class);

    assertThat(model.owned()).isZero();
  }

  @Test
  void close_whileRequestsRun_endsThemAllAndFreesAll() throws Exception {
    for (int round = 0; round < 8; round++) {
      OpenModel model = new OpenModel("mistral");
      ExecutorService threads = Executors.newCachedThreadPool();
      try {
        CountDownLatch running = new CountDownLatch(3);
        List<Future<?>> calls = new ArrayList<>();
        calls.add(
            threads.submit(
                over(running, () -> model.lm.generate(endless(), step -> seen(running)))));
        calls.add(threads.submit(over(running, () -> model.lm.generate("Hi"))));
        calls.add(
            threads.submit(
                over(
                    running,
                    () -> model.lm.generateAll(List.of(request(1).build(), request(2).build())))));
        CompletableFuture<GenerationResult> async = model.lm.generateAsync(endless());
        running.await();
        Thread.sleep(round);

        model.close();

        assertThatThrownBy(async::join)
            .isInstanceOf(CompletionException.class)
            .cause()
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(CLOSED);
        for (Future<?> call : calls) {
          assertThatThrownBy(call::get)
              .isInstanceOf(ExecutionException.class)
              .cause()
              .isInstanceOf(IllegalStateException.class)
              .hasMessage(CLOSED);
        }
        assertThat(waitFor(model, 0)).isZero();
      } finally {
        threads.shutdown();
      }
    }
  }

  @Test
  void generateAsync_asTheModelCloses_failsOrIsRefused() throws Exception {
    for (int round = 0; round < 20; round++) {
      OpenModel model = new OpenModel("mistral");
      Thread closing = new Thread(model::close);
      closing.start();
      try {
        while (true) {
          CompletableFuture<GenerationResult> answer = model.lm.generateAsync(endless());
          assertThatThrownBy(answer::join)
              .isInstanceOf(CompletionException.class)
              .cause()
              .isInstanceOf(IllegalStateException.class)
              .hasMessage(CLOSED);
        }
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage(CLOSED);
      }
      closing.join();
    }
  }

  /** Counts down once, and repeats the work until it fails. */
  private static Callable<Object> over(CountDownLatch running, Callable<?> work) {
    return () -> {
      running.countDown();
      while (true) {
        work.call();
      }
    };
  }

  private static Signal seen(CountDownLatch running) {
    running.countDown();
    return Signal.CONTINUE;
  }

  private static void assertClosed(ThrowingCallable use) {
    assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage(CLOSED);
  }

  /**
   * Waits for the thread of a request that has just ended, and returns what the model owns then.
   */
  private static int waitFor(OpenModel model, int expected) throws InterruptedException {
    for (int i = 0; i < 1000 && model.owned() != expected; i++) {
      Thread.sleep(10);
    }
    return model.owned();
  }

  /** Signals when its request has run a step, and when it is closed. */
  private static class Watcher extends IdleGuidance {
    final CountDownLatch stepped = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);

    Watcher() {
      super("watcher");
    }

    @Override
    public void guide(GuidedStep step) {
      stepped.countDown();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
