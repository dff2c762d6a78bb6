package io.github.tess2.runtime.engine;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Returns memory that PyTorch has freed to the system. Otherwise glibc keeps it: this process can
 * reuse it, but a closed model still counts against a container's memory limit.
 *
 * <p>Only unused pages are returned, whoever freed them, so nothing else in the process is
 * affected. This happens in the background, because it takes some milliseconds per 100 MB. Nothing
 * is done on other C libraries and operating systems, which return memory by themselves, or on a
 * JVM without HotSpot's command {@code System.trim_native_heap}.
 */
public final class FreedMemory {
  private static final Logger LOG = LoggerFactory.getLogger(FreedMemory.class);

  /** Soon, because a model is large. */
  private static final Plan AFTER_CLOSE = new Plan(1);

  /** Less often, because the next request needs about as much memory again. */
  private static final Plan AFTER_REQUEST = new Plan(10);

  private static final AtomicInteger TIMES = new AtomicInteger();

  private static volatile boolean possible = System.getProperty("os.name").startsWith("Linux");

  private FreedMemory() {}

  /** Returns free memory soon, after a model was closed. */
  public static void afterClose() {
    AFTER_CLOSE.carryOut();
  }

  /** Returns free memory within seconds, after a request has ended. */
  public static void afterRequest() {
    AFTER_REQUEST.carryOut();
  }

  /** {@return how often memory has been returned so far} */
  static int times() {
    return TIMES.get();
  }

  /**
   * Returns free memory now.
   *
   * @return whether this is possible here
   */
  static boolean giveBack() {
    if (possible && !ExitGate.isEnding()) {
      try {
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "systemTrimNativeHeap",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
        TIMES.incrementAndGet();
      } catch (JMException | RuntimeException | LinkageError e) {
        possible = false;
        LOG.debug("freed memory stays with the process", e);
      }
    }
    return possible;
  }

  /** Runs at most once per interval, however often it is requested. */
  private static final class Plan {
    private final int seconds;
    private final AtomicBoolean made = new AtomicBoolean();

    Plan(int seconds) {
      this.seconds = seconds;
    }

    void carryOut() {
      if (possible && !made.getAndSet(true)) {
        CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(this::now);
      }
    }

    private void now() {
      made.set(false);
      giveBack();
    }
  }
}
