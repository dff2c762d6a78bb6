package io.github.tess2.spi;

/** Creates a {@link PromptCache} selected by name. */
public interface PromptCacheProvider extends Provider<PromptCache> {}
