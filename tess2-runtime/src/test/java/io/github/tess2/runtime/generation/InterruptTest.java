package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.tess2.GenerationInterruptedException;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.spi.GuidedStep;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Exchanger;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests how the call of an interrupted caller ends, and that nothing is left of it. */
@Timeout(60)
class InterruptTest {
  private static OpenModel model;

  @BeforeAll
  static void open() {
    model = new OpenModel("mistral");
    model.lm.generate(request(1).build());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  private static void assertInterrupted(Throwable thrown) {
    assertThat(thrown)
        .isInstanceOf(GenerationInterruptedException.class)
        .hasMessage("the generating thread was interrupted");
    assertThat(Thread.currentThread().isInterrupted()).as("still interrupted").isTrue();
  }

  /** Counts its steps, and interrupts its own thread in one of them. */
  private static final class Interrupting extends IdleGuidance {
    final AtomicInteger steps = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private final int when;

    Interrupting(int when) {
      super("interrupting");
      this.when = when;
    }

    @Override
    public void guide(GuidedStep step) {
      if (steps.incrementAndGet() == when) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  @Test
  void generate_interruptedInAStep_endsBeforeTheNextAndFreesAll() {
    int before = model.owned();
    Interrupting guidance = new Interrupting(2);
    List<GenerationRequest> requests =
        List.of(request(1).steps(100_000).guidance(guidance).build(), request(2).build());

    assertInterrupted(catchThrowable(() -> model.lm.generateAll(requests)));

    assertThat(guidance.steps).hasValue(2);
    assertThat(guidance.closed).hasValue(1);
    assertThat(model.owned()).isEqualTo(before);
  }

  @Test
  void generate_interruptedByItsListener_endsBeforeTheNextStep() {
    AtomicInteger steps = new AtomicInteger();

    assertInterrupted(
        catchThrowable(
            () ->
                model.lm.generate(
                    request(1).steps(100_000).build(),
                    step -> {
                      steps.incrementAndGet();
                      Thread.currentThread().interrupt();
                      return Signal.CONTINUE;
                    })));

    assertThat(steps).hasValue(1);
  }

  @Test
  void generate_interruptedBefore_runsNothing() {
    int before = model.owned();
    Interrupting guidance = new Interrupting(0);
    Thread.currentThread().interrupt();

    assertInterrupted(
        catchThrowable(() -> model.lm.generate(request(1).guidance(guidance).build())));

    assertThat(guidance.steps).hasValue(0);
    assertThat(model.owned()).isEqualTo(before);
  }

  @Test
  void generate_interruptedInTheLastStep_givesTheAnswer() {
    GenerationResult result =
        model.lm.generate(request(1).steps(2).guidance(new Interrupting(2)).build());

    assertThat(result.steps()).isEqualTo(2);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void generate_interruptedWhileItWaitsForItsTurn_endsAtOnce() throws Exception {
    CountDownLatch inStep = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    CompletableFuture<GenerationResult> other =
        model.lm.generateAsync(
            request(1)
                .steps(1)
                .guidance(
                    new IdleGuidance("holding") {
                      @Override
                      public void guide(GuidedStep step) {
                        inStep.countDown();
                        await(mayEnd);
                      }
                    })
                .build());
    inStep.await();
    Exchanger<Boolean> interrupted = new Exchanger<>();
    Throwable[] thrown = new Throwable[1];
    Thread caller =
        new Thread(
            () -> {
              thrown[0] = catchThrowable(() -> model.lm.generate(request(1).build()));
              exchange(interrupted, Thread.interrupted());
            });
    caller.start();

    caller.interrupt();

    // The step of the other request is still running.
    assertThat(interrupted.exchange(false)).as("still interrupted").isTrue();
    assertThat(thrown[0]).isInstanceOf(GenerationInterruptedException.class);
    assertThat(other).isNotDone();
    mayEnd.countDown();
    assertThat(other.join().steps()).isEqualTo(1);
  }

  @Test
  void generateAsync_byAnInterruptedCaller_runsAllTheSame() {
    Thread.currentThread().interrupt();

    CompletableFuture<GenerationResult> answer = model.lm.generateAsync(request(1).build());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(answer.join().steps()).isEqualTo(4);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void exchange(Exchanger<Boolean> exchanger, boolean value) {
    try {
      exchanger.exchange(value);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
