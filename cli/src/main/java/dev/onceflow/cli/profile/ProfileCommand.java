package dev.onceflow.cli.profile;

import dev.onceflow.cli.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow profile}. */
@Command(
    name = "profile",
    description = {
      "Shows what commands know of Kafka, the database, the registry and the job.",
      "",
      "Every command that talks to a server takes each setting from the first of",
      "these that has it:",
      "  1. its options, and the files that they name (--kafka-config, --config)",
      "  2. the environment: ONCEFLOW_ and the setting's name in capitals, with _",
      "     for each dot, such as ONCEFLOW_KAFKA_BOOTSTRAP_SERVERS",
      "  3. a profile: a named part of onceflow.yaml in the working directory, or of",
      "     the file that --profile-file or ONCEFLOW_PROFILE_FILE names"
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {ShowProfile.class, ListProfiles.class},
    footerHeading = "%nA profile file:%n",
    footer = {
      "  profile: test            # taken unless --profile or ONCEFLOW_PROFILE names one",
      "  profiles:",
      "    test:",
      "      kafka.bootstrap.servers: localhost:9092",
      "      registry.url: http://localhost:8081",
      "      database.url: jdbc:postgresql://localhost/shop",
      "    production:",
      "      kafka:                       # sections and dots mean the same",
      "        bootstrap.servers: [broker-1:9093, broker-2:9093]",
      "        security.protocol: SASL_SSL",
      "        sasl.mechanism: SCRAM-SHA-512",
      "        sasl.jaas.config: ...",
      "        ssl.truststore.location: /etc/onceflow/ca.p12",
      "      registry:",
      "        url: https://registry:8081",
      "        basic.auth.credentials.source: USER_INFO",
      "        basic.auth.user.info: ...",
      "      database:",
      "        url: jdbc:postgresql://db/shop",
      "        user: reader",
      "        password.file: /run/secrets/shop",
      "      job.url: http://job:8080",
      "      connect.url: http://connect:8083",
      "",
      "Settings, each with the prefix of what it is of:",
      "  kafka.     what all of Kafka's clients have: bootstrap.servers, security.*,",
      "             sasl.*, ssl.*, timeouts; nothing of what is read or written",
      "  registry.  url, basic.auth.*, bearer.auth.*, ssl.*, auto.register.schemas",
      "  database.  url, user, password or password.file",
      "  job.       url: where the job serves its http.port",
      "A name that isn't known is refused, with the nearest one. Passwords have no",
      "option, since everybody on the machine sees a command line; keep a file that",
      "has one readable by its owner only.",
      "",
      "Examples:",
      "  onceflow profile list",
      "  onceflow profile show --profile production",
      "  onceflow fence list --profile production",
      "",
      "Exit codes: 0 shown; 2 failed: no such profile, a mistake in the file."
    })
public final class ProfileCommand implements Subcommand {
  @Spec private CommandSpec spec;

  /** For the launcher. */
  public ProfileCommand() {}

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Give a command: show or list.");
  }
}
