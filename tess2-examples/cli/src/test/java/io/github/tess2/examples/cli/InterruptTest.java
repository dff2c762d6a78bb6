package io.github.tess2.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Uses a separate process, which is asked to end while it works. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Java can only kill there, not ask")
class InterruptTest {
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  @Test
  void process_askedToEndAtWork_finishesTheWorkFirst() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      assertThat(output.readLine()).isEqualTo("working");
      // Not process.destroy(), which would also close the stream.
      process.toHandle().destroy();
      assertThat(output.readLine()).isEqualTo("asked to stop");
      assertThat(output.readLine()).isEqualTo("last state");
    }
    assertThat(process.waitFor()).isEqualTo(ENDED_BY_SIGTERM);
  }

  @Test
  void interrupt_workDone_isNotRequested() {
    try (Interrupt interrupt = Interrupt.listen()) {
      assertThat(interrupt.requested()).isFalse();
    }
  }

  /** Works until it is asked to stop, and a little longer. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] args) throws InterruptedException {
      try (Interrupt interrupt = Interrupt.listen()) {
        System.out.println("working");
        while (!interrupt.requested()) {
          Thread.sleep(5);
        }
        System.out.println("asked to stop");
        Thread.sleep(200);
        System.out.println("last state");
      }
    }
  }
}
