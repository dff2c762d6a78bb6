package io.github.tess2.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/**
 * LangChain4j's own suite for chat models, on the shipped model. The {@link Oracle} knows answers
 * that the model was not trained for. No test of the suite is left out.
 */
class Tess2ChatModelSuiteTest extends AbstractChatModelIT {
  private final Models models = new Models();

  @AfterAll
  void close() {
    models.close();
  }

  @Override
  protected List<ChatModel> models() {
    return List.of(
        Tess2ChatModel.builder().model(models.guided()).build(),
        Tess2ChatModel.builder().model(models.guided()).canvas(Models.BLOCKS).build());
  }

  @Override
  protected ChatModel createModelWith(ChatRequestParameters parameters) {
    return Tess2ChatModel.builder()
        .model(models.guided())
        .defaultRequestParameters(parameters)
        .build();
  }

  @Override
  protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
    return Tess2ChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build();
  }

  @Override
  protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(ChatModel model) {
    return Tess2ChatResponseMetadata.class;
  }

  @Override
  protected boolean supportsModelNameParameter() {
    return false;
  }

  @Override
  protected boolean supportsTools() {
    return false;
  }

  @Override
  protected boolean supportsToolChoiceRequired() {
    return false;
  }

  @Override
  protected boolean supportsJsonResponseFormat() {
    return false;
  }

  @Override
  protected boolean supportsJsonResponseFormatWithSchema() {
    return false;
  }

  @Override
  protected boolean supportsJsonResponseFormatWithRawSchema() {
    return false;
  }

  @Override
  protected boolean supportsSingleImageInputAsBase64EncodedString() {
    return false;
  }

  @Override
  protected boolean supportsSingleImageInputAsPublicURL() {
    return false;
  }
}
