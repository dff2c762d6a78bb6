package io.github.tess2.langchain4j;

import io.github.tess2.DiffusionLM;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The shipped model, steered by an {@link Oracle} or as it is, with one thread for handlers. */
final class Models implements AutoCloseable {
  /** What settles soon, a few tokens at a time. */
  static final String BLOCKS = "blocks:length=4";

  private final ExecutorService handlers =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "handlers"));
  private final DiffusionLM told =
      DiffusionLM.builder().steps(2).seed(7).guidance(new Oracle()).executor(handlers).build();
  private final DiffusionLM free =
      DiffusionLM.builder().steps(10).length(32).seed(7).executor(handlers).build();

  /** Says what the suites of LangChain4j want to hear. */
  DiffusionLM told() {
    return told;
  }

  /** Does the tasks that it was trained for. */
  DiffusionLM free() {
    return free;
  }

  @Override
  public void close() {
    told.close();
    free.close();
    handlers.shutdown();
  }
}
