package io.github.tess2.langchain4j;

import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** LangChain4j's own suite for listeners of streaming chat models. */
class Tess2StreamingChatModelListenerSuiteTest extends AbstractStreamingChatModelListenerIT {
  private static Models models;

  @BeforeAll
  static void open() {
    models = new Models();
  }

  @AfterAll
  static void close() {
    models.close();
  }

  @Override
  protected StreamingChatModel createModel(ChatModelListener listener) {
    return Tess2StreamingChatModel.builder()
        .model(models.guided())
        .temperature(temperature())
        .topP(topP())
        .maxOutputTokens(maxTokens())
        .listeners(List.of(listener))
        .build();
  }

  @Override
  protected StreamingChatModel createFailingModel(ChatModelListener listener) {
    return Tess2StreamingChatModel.builder()
        .model(models.guided())
        .maxOutputTokens(1_000_000)
        .listeners(List.of(listener))
        .build();
  }

  @Override
  protected Class<? extends Exception> expectedExceptionClass() {
    return InvalidRequestException.class;
  }

  @Override
  protected String modelName() {
    return "tess2";
  }

  @Override
  protected boolean supportsTools() {
    return false;
  }
}
