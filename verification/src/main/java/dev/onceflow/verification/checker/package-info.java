/**
 * The oracle: works out from the input alone what every effect must be, and compares. Pure, without
 * servers, and without any code of what it checks but for the contracts in schemas.
 */
package dev.onceflow.verification.checker;
