package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.CallersTest.guided;
import static io.github.tess2.runtime.generation.CallersTest.occupy;
import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.Batching;
import io.github.tess2.Cancellation;
import io.github.tess2.DenoisingStep;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationInterruptedException;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRejectedException;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.spi.GuidedStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests requests that share their steps with those of other callers. */
@Timeout(120)
class ContinuousBatchingTest {
  private static Batching limits(int rows, int waiting) {
    return Batching.builder().maxRows(rows).maxWaiting(waiting).build();
  }

  private static GenerationRequest varied(int i) {
    GenerationRequest.Builder builder =
        GenerationRequest.builder(Prompt.user("Hi " + "there ".repeat(i % 5)))
            .seed(i)
            .steps(1 + i % 7)
            .length(4 + 3 * (i % 4));
    return switch (i % 6) {
      case 0 -> builder.sampler("simplex-ddim").build();
      case 1 -> builder.greedy().build();
      case 2 -> builder.stoppingCriterion("settled:steps=1").build();
      case 3 -> builder.guidance(new IdleGuidance("idle")).build();
      case 4 -> builder.canvas("blocks:length=4").build();
      default -> builder.build();
    };
  }

  private static List<Object> content(GenerationResult result) {
    return List.of(
        result.text(),
        result.tokenIds(),
        result.confidence(),
        result.finishReason(),
        result.steps());
  }

  /**
   * The answer of a request has the same bits whenever it joins and whichever request is paused for
   * it.
   */
  @Test
  void generate_byManyCallersAtOddTimes_givesEachWhatItGetsAlone() throws Exception {
    int count = 48;
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      List<List<Object>> alone = new ArrayList<>();
      try (OpenModel model = new OpenModel("mistral", precision, limits(4096, 100))) {
        for (int i = 0; i < count; i++) {
          alone.add(content(model.lm.generate(varied(i))));
        }
      }
      // Has room for only a few requests, so that they pause each other.
      try (OpenModel model = new OpenModel("mistral", precision, limits(90, 100))) {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
          List<Future<List<Object>>> answers = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            int request = i;
            Callable<List<Object>> call =
                () -> {
                  Thread.sleep(new Random(request).nextInt(5));
                  return request % 3 == 0
                      ? content(model.lm.generateAsync(varied(request)).join())
                      : content(model.lm.generate(varied(request), step -> Signal.CONTINUE));
                };
            answers.add(threads.submit(call));
          }
          for (int i = 0; i < count; i++) {
            assertThat(answers.get(i).get()).as("request " + i).isEqualTo(alone.get(i));
          }
        } finally {
          threads.shutdown();
        }
        assertThat(model.lm.activity().waiting()).isZero();
        assertThat(model.lm.activity().running()).isZero();
      }
    }
  }

  @Test
  void generate_beside1000OfAnotherCaller_beginsAtTheNextStep() throws Exception {
    try (OpenModel model = new OpenModel("mistral", limits(100, 2000))) {
      AtomicInteger steps = new AtomicInteger();
      CountDownLatch running = new CountDownLatch(1);
      List<GenerationRequest> many =
          Collections.nCopies(
              1000,
              guided(
                  1000,
                  () -> {
                    steps.incrementAndGet();
                    running.countDown();
                  }));
      List<CompletableFuture<GenerationResult>> others =
          CompletableFuture.supplyAsync(() -> model.lm.generateAllAsync(many)).join();
      running.await();
      assertThat(model.lm.activity().waiting()).isGreaterThan(900);

      GenerationResult result = model.lm.generate(request(1).steps(2).build());

      assertThat(result.steps()).isEqualTo(2);
      assertThat(others).noneMatch(CompletableFuture::isDone);
      others.forEach(answer -> answer.cancel(true));
    }
  }

  @Test
  void generate_pluginOfAnotherThrows_goesOn() {
    try (OpenModel model = new OpenModel("mistral")) {
      AtomicInteger steps = new AtomicInteger();
      CompletableFuture<GenerationResult> bad =
          model.lm.generateAsync(
              guided(
                  50,
                  () -> {
                    if (steps.incrementAndGet() == 3) {
                      throw new StackOverflowError("mine");
                    }
                  }));
      CompletableFuture<GenerationResult> fatal =
          model.lm.generateAsync(
              guided(
                  50,
                  () -> {
                    throw new InternalError("mine");
                  }));

      assertThat(model.lm.generate(request(1).steps(60).build()).steps()).isEqualTo(60);

      assertThatThrownBy(bad::join)
          .cause()
          .isInstanceOf(PluginException.class)
          .hasMessage("guidance \"watching\" failed at step 3: mine");
      assertThatThrownBy(fatal::join).cause().isInstanceOf(InternalError.class).hasMessage("mine");
    }
  }

  @Test
  void listener_thatIsSlow_delaysItsOwnRequestAlone() throws Exception {
    try (OpenModel model = new OpenModel("mistral")) {
      CountDownLatch seen = new CountDownLatch(1);
      CountDownLatch mayReturn = new CountDownLatch(1);
      CompletableFuture<GenerationResult> slow =
          model.lm.generateAsync(
              request(1).steps(3).build(),
              step -> {
                seen.countDown();
                await(mayReturn);
                return Signal.CONTINUE;
              });
      seen.await();

      assertThat(model.lm.generate(request(2).steps(20).build()).steps()).isEqualTo(20);

      assertThat(slow).isNotDone();
      mayReturn.countDown();
      assertThat(slow.join().steps()).isEqualTo(3);
    }
  }

  @Test
  void generateAsync_withAListener_tellsItEachStepOnTheExecutor() {
    ExecutorService threads =
        Executors.newSingleThreadExecutor(work -> new Thread(work, "of-the-caller"));
    Batching batching = Batching.builder().executor(threads).build();
    try (OpenModel model = new OpenModel("mistral", batching)) {
      List<String> seen = Collections.synchronizedList(new ArrayList<>());

      GenerationResult result =
          model
              .lm
              .generateAsync(
                  request(1).steps(9).build(),
                  step -> {
                    seen.add(Thread.currentThread().getName() + " " + step.step());
                    return step.step() == 3 ? Signal.CANCEL : Signal.CONTINUE;
                  })
              .thenApply(
                  answer -> {
                    seen.add(Thread.currentThread().getName());
                    return answer;
                  })
              .join();

      assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(seen)
          .containsExactly(
              "of-the-caller 1", "of-the-caller 2", "of-the-caller 3", "of-the-caller");
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void generateAsync_executorThatIsShutDown_answersAllTheSame() {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    threads.shutdown();
    Batching batching = Batching.builder().executor(threads).build();
    try (OpenModel model = new OpenModel("mistral", batching)) {
      assertThat(model.lm.generateAsync(request(1).steps(2).build()).join().steps()).isEqualTo(2);
    }
  }

  @Test
  void generate_moreThanMayWait_isRejectedAtOnce() throws Exception {
    try (OpenModel model = new OpenModel("mistral", limits(1, 2))) {
      CompletableFuture<GenerationResult> endless = occupy(model);
      List<CompletableFuture<GenerationResult>> waiting =
          model.lm.generateAllAsync(List.of(request(1).build(), request(2).build()));

      assertThatThrownBy(() -> model.lm.generate(request(3).build()))
          .isInstanceOf(GenerationRejectedException.class)
          .hasMessage(
              "at most 2 requests may wait for their first step, but 2 wait and 1 more would")
          .extracting(e -> ((GenerationRejectedException) e).waiting())
          .isEqualTo(2);
      assertThatThrownBy(model.lm.generateAsync(request(3).build())::join)
          .cause()
          .isInstanceOf(GenerationRejectedException.class);

      endless.cancel(true);
      assertThat(waiting).allSatisfy(answer -> assertThat(answer.join().steps()).isEqualTo(4));
    }
  }

  @Test
  void generate_nothingMayWait_runsWhatHasRoom() {
    try (OpenModel model = new OpenModel("mistral", limits(4096, 0))) {
      assertThat(model.lm.generateAll(List.of(request(1).build(), request(2).build()))).hasSize(2);
    }
  }

  @Test
  void generate_waitedTooLong_isRejected() throws Exception {
    Batching batching = Batching.builder().maxRows(1).maxWait(Duration.ofMillis(20)).build();
    try (OpenModel model = new OpenModel("mistral", batching)) {
      CompletableFuture<GenerationResult> endless = occupy(model);

      assertThatThrownBy(() -> model.lm.generate(request(1).build()))
          .isInstanceOf(GenerationRejectedException.class)
          .hasMessage(
              "a request may wait PT0.02S for its first step, but has waited longer; waiting requests: 1");

      assertThat(endless).isNotDone();
      endless.cancel(true);
    }
  }

  @Test
  void cancellation_fromAnotherThread_endsEachWayOfCalling() throws Exception {
    try (OpenModel model = new OpenModel("mistral")) {
      int before = model.owned();
      Cancellation cancellation = new Cancellation();
      AtomicInteger steps = new AtomicInteger();
      GenerationRequest request =
          request(1)
              .steps(100_000)
              .cancellation(cancellation)
              .guidance(
                  new IdleGuidance("cancelling") {
                    @Override
                    public void guide(GuidedStep step) {
                      if (steps.incrementAndGet() == 20) {
                        new Thread(cancellation::cancel).start();
                      }
                    }
                  })
              .build();

      CompletableFuture<GenerationResult> async = model.lm.generateAsync(request);
      List<GenerationResult> all =
          model.lm.generateAll(List.of(request, request(2).steps(3).build()));

      assertThat(async.join().finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(all.get(0).finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(all.get(0).steps()).isPositive();
      assertThat(all.get(1).steps()).isEqualTo(3);
      assertThat(model.owned()).isEqualTo(before);
    }
  }

  @Test
  void cancellation_beforehand_runsNothing() {
    try (OpenModel model = new OpenModel("mistral")) {
      Cancellation cancellation = new Cancellation();
      cancellation.cancel();
      AtomicInteger steps = new AtomicInteger();

      GenerationResult result =
          model.lm.generate(
              request(1)
                  .guidance(
                      new IdleGuidance("counting") {
                        @Override
                        public void guide(GuidedStep step) {
                          steps.incrementAndGet();
                        }
                      })
                  .cancellation(cancellation)
                  .build());

      assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(result.text()).isEmpty();
      assertThat(steps).hasValue(0);
    }
  }

  /**
   * The guidance occupies the thread that runs the steps, so its request cannot wait for another
   * step.
   */
  @Test
  void generate_byAGuidance_runsWithinItsStep() {
    try (OpenModel model = new OpenModel("mistral")) {
      List<GenerationResult> inner = new ArrayList<>();
      List<Integer> seen = new ArrayList<>();

      model.lm.generate(
          guided(
              2,
              () ->
                  inner.add(
                      model.lm.generate(
                          request(5).build(),
                          step -> {
                            seen.add(step.step());
                            return Signal.CONTINUE;
                          }))));

      assertThat(inner).hasSize(2);
      assertThat(content(inner.get(0))).isEqualTo(content(model.lm.generate(request(5).build())));
      assertThat(seen).containsExactly(1, 2, 3, 4, 1, 2, 3, 4);
    }
  }

  /** A guidance may be waiting, for example for a reward from another machine. */
  @Test
  void interrupt_whileAGuidanceWaits_reachesIt() throws Exception {
    try (OpenModel model = new OpenModel("mistral")) {
      CountDownLatch waiting = new CountDownLatch(1);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicReference<Throwable> inGuidance = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  model.lm.generate(
                      guided(
                          10,
                          () -> {
                            waiting.countDown();
                            try {
                              new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                              inGuidance.set(e);
                              throw new IllegalStateException(e);
                            }
                          }));
                } catch (Throwable e) {
                  thrown.set(e);
                }
              });
      caller.start();
      waiting.await();

      caller.interrupt();
      caller.join();

      assertThat(thrown.get())
          .isInstanceOf(GenerationInterruptedException.class)
          .hasMessage("the generating thread was interrupted");
      assertThat(inGuidance.get()).isInstanceOf(InterruptedException.class);
      assertThat(model.lm.generate(request(1).build()).steps()).isEqualTo(4);
    }
  }

  @Test
  void stream_subscribed_givesEachStepInOrderThenCompletes() throws Exception {
    try (OpenModel model = new OpenModel("mistral")) {
      Flow.Publisher<DenoisingStep> stream = model.lm.stream(request(3).steps(6).build());

      Collector first = new Collector(1);
      stream.subscribe(first);
      Collector second = new Collector(100);
      stream.subscribe(second);

      assertThat(first.ended.join()).isEqualTo("complete");
      assertThat(second.ended.join()).isEqualTo("complete");
      assertThat(first.steps).extracting(DenoisingStep::step).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(first.steps).isEqualTo(second.steps);
      assertThat(first.steps.get(5).text())
          .isEqualTo(model.lm.generate(request(3).steps(6).build()).text());
    }
  }

  @Test
  void stream_cancelled_endsItsRequest() throws Exception {
    try (OpenModel model = new OpenModel("mistral")) {
      CountDownLatch closed = new CountDownLatch(1);
      GenerationRequest request =
          request(1)
              .steps(100_000)
              .guidance(
                  new IdleGuidance("watching") {
                    @Override
                    public void close() {
                      closed.countDown();
                    }
                  })
              .build();
      Collector collector =
          new Collector(3) {
            @Override
            public void onNext(DenoisingStep step) {
              subscription.cancel();
            }
          };

      model.lm.stream(request).subscribe(collector);

      closed.await();
      assertThat(collector.ended).isNotDone();
    }
  }

  @Test
  void stream_ofARequestThatDoesNotFit_fails() {
    try (OpenModel model = new OpenModel("mistral")) {
      Collector collector = new Collector(1);

      model.lm.stream(request(1).length(100_000).build()).subscribe(collector);

      assertThatThrownBy(collector.ended::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(IllegalArgumentException.class);
    }
  }

  private static class Collector implements Flow.Subscriber<DenoisingStep> {
    final List<DenoisingStep> steps = Collections.synchronizedList(new ArrayList<>());
    final CompletableFuture<String> ended = new CompletableFuture<>();
    Flow.Subscription subscription;
    private final int atOnce;

    Collector(int atOnce) {
      this.atOnce = atOnce;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      subscription.request(atOnce);
    }

    @Override
    public void onNext(DenoisingStep step) {
      steps.add(step);
      subscription.request(1);
    }

    @Override
    public void onError(Throwable failure) {
      ended.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      ended.complete("complete");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
