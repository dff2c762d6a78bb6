package io.github.tess2.springai;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.model.SpringAIModelProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Loads a model and answers chats with it, unless {@code spring.ai.model.chat} is set to something
 * other than {@code tess2}. If the application defines a {@link DiffusionLM} or a {@link
 * Tess2ChatModel}, that is used instead.
 */
@AutoConfiguration
@EnableConfigurationProperties(Tess2Properties.class)
@ConditionalOnProperty(
    name = SpringAIModelProperties.CHAT_MODEL,
    havingValue = "tess2",
    matchIfMissing = true)
public class Tess2AutoConfiguration {
  /** Called by Spring. */
  public Tess2AutoConfiguration() {}

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  DiffusionLM tess2DiffusionLm(Tess2Properties properties) {
    DiffusionLM.Builder builder =
        DiffusionLM.builder()
            .device(ComputeDevice.parse(properties.device()))
            .precision(properties.precision())
            .weights(properties.weights());
    if (properties.modelPath() != null) {
      builder.model(properties.modelPath());
    }
    if (properties.threads() != null) {
      builder.threads(properties.threads());
    }
    if (properties.maxBatchRows() != null) {
      builder.maxBatchRows(properties.maxBatchRows());
    }
    if (properties.maxWaitingRequests() != null) {
      builder.maxWaitingRequests(properties.maxWaitingRequests());
    }
    if (properties.maxWait() != null) {
      builder.maxWait(properties.maxWait());
    }
    return builder.build();
  }

  @Bean
  @ConditionalOnMissingBean
  Tess2ChatModel tess2ChatModel(
      DiffusionLM lm,
      Tess2Properties properties,
      ObjectProvider<ObservationRegistry> registry,
      ObjectProvider<ChatModelObservationConvention> convention) {
    Tess2ChatModel.Builder builder =
        Tess2ChatModel.builder(lm)
            .options(properties.chat().options())
            .observationRegistry(registry.getIfUnique(() -> ObservationRegistry.NOOP));
    convention.ifAvailable(builder::observationConvention);
    return builder.build();
  }
}
