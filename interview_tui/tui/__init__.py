"""The terminal application. Imports pure rooms only; its adapters are handed to it."""
