/**
 * The noise schedules of the published implementation, one class each, found by name through {@link
 * io.github.tess2.spi.Plugins}. All compute in double precision: ᾱ of a long schedule is a product
 * of thousands of factors just below one.
 */
@NullMarked
package io.github.tess2.runtime.schedule;

import org.jspecify.annotations.NullMarked;
