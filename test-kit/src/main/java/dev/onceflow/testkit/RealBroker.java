package dev.onceflow.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Runs the tests of a class, or one test, on a real Kafka with transactions instead of Kafka's test
 * driver, the job as a process of its own. Each test gets a broker that nothing else uses, which
 * takes seconds, so such a class is best named {@code ...IT} and run apart; its tag is {@value
 * #TAG}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag(RealBroker.TAG)
public @interface RealBroker {
  /** The tag of tests on a real broker. */
  String TAG = "real-broker";

  /** How many partitions the job's topics get. */
  int partitions() default 2;
}
