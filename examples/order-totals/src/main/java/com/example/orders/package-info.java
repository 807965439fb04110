/** A job of a user's own. */
package com.example.orders;
