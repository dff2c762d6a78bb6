package io.github.tess2.runtime.engine;

import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The number of threads that PyTorch computes with on the CPU, and how they wait for one another.
 * Both apply to the whole process (docs/threads.md).
 */
public final class Threads {
  /** The number last set for each calling thread: OpenMP keeps one for each of them. */
  private static final ThreadLocal<Integer> APPLIED = new ThreadLocal<>();

  /** The number in force while nothing claims another. */
  private static int standard;

  private static int claims;

  /** 0 until the engine has started. */
  private static volatile int current;

  private Threads() {}

  /** A claimed number of threads, in force until the claim is closed. */
  public static final class Claim implements AutoCloseable {
    private boolean open;

    private Claim(boolean open) {
      this.open = open;
    }

    /** Gives up the claim; a second call does nothing. */
    @Override
    public void close() {
      release(this);
    }
  }

  private static synchronized void release(Claim claim) {
    if (claim.open) {
      claim.open = false;
      claims--;
      current = claims == 0 ? standard : current;
    }
  }

  /** Sets the initial number once PyTorch is loaded. */
  static synchronized void start(Map<String, String> environment) {
    int found = JniUtils.getNumThreads();
    standard = standard(found, Runtime.getRuntime().availableProcessors(), isChosen(environment));
    current = standard;
  }

  /**
   * PyTorch counts the cores that this process may run on, but ignores a container's CPU limit. The
   * JVM respects it.
   */
  static int standard(int found, int available, boolean chosen) {
    return chosen ? found : Math.max(1, Math.min(found, available));
  }

  private static boolean isChosen(Map<String, String> environment) {
    return environment.containsKey("OMP_NUM_THREADS")
        || environment.containsKey("MKL_NUM_THREADS")
        || System.getProperty("ai.djl.pytorch.num_threads") != null;
  }

  /**
   * Sets the number of threads from now on. The caller closes the claim together with the object
   * that it belongs to.
   *
   * @param wanted the number of threads; empty if any number will do
   * @throws IllegalStateException if another number is claimed
   */
  public static Claim claim(OptionalInt wanted) {
    // Not while holding this class's lock: the engine's start takes it while holding its own.
    EngineStart.engine();
    return wanted.isEmpty() ? new Claim(false) : claim(wanted.getAsInt());
  }

  private static synchronized Claim claim(int wanted) {
    if (claims > 0 && wanted != current) {
      throw new IllegalStateException(
          "threads must be "
              + current
              + ", which an open model or training of this process already uses, but is: "
              + wanted);
    }
    current = wanted;
    claims++;
    return new Claim(true);
  }

  /**
   * Starts the engine if needed, and runs a task with a number of threads.
   *
   * @param <T> the type of the result
   * @param wanted the number of threads; empty if any number will do
   * @param task the task
   * @return what the task returns
   * @throws IllegalStateException if another number is claimed
   */
  public static <T> T with(OptionalInt wanted, Supplier<T> task) {
    Claim claim = claim(wanted);
    try {
      return task.get();
    } finally {
      claim.close();
    }
  }

  /** {@return the number of threads; 0 before the engine has started} */
  public static int count() {
    return current;
  }

  /** Applies the number in force to what the calling thread computes next. */
  public static void apply() {
    int wanted = current;
    Integer applied = APPLIED.get();
    if (wanted != 0 && (applied == null || applied != wanted)) {
      JniUtils.setNumThreads(wanted);
      APPLIED.set(wanted);
    }
  }
}
