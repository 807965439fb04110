/**
 * The oracle and the judge: works out from the input alone what every effect must be, and compares
 * that with what was found. A pure function of a history, without servers, and without any code of
 * what it checks but for the contracts in schemas.
 */
package dev.onceflow.verification.checker;
