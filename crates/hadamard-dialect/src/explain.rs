//! Meanings in words.
