package io.github.tess2.spark;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/** Answers the rows of a partition. Their last column is the seed. */
final class AnswerPartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final ModelSettings model;
  private final RequestSettings requests;
  private final int promptIndex;
  private final int concurrency;

  /**
   * @param promptIndex index of the prompt column
   * @param concurrency number of rows of a partition that are answered at once
   */
  AnswerPartition(ModelSettings model, RequestSettings requests, int promptIndex, int concurrency) {
    this.model = model;
    this.requests = requests;
    this.promptIndex = promptIndex;
    this.concurrency = concurrency;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    TaskContext task = TaskContext.get();
    ExecutorModels.Lease lease =
        ExecutorModels.take(model, TaskDevice.of(model.device(), task), requests.guidance());
    AnswerIterator answers = new AnswerIterator(rows, lease, requests, promptIndex, concurrency);
    // Runs also if the task fails, is killed, or needs only some of its rows.
    TaskCompletionListener close = ended -> answers.close();
    task.addTaskCompletionListener(close);
    return answers;
  }
}
