/** The shells that greenpool can be completed in. */
export const SHELLS: readonly string[] = ['bash', 'zsh', 'fish'];

/** What the help of `greenpool completion` says below its options. */
export const COMPLETION_HELP = `
What it does:
  Tab then completes commands, options, what options take, modules and files. It works for the word greenpool, not
  behind npx.

Install it, once, with the line for your shell:
  $ echo 'source <(greenpool completion bash)' >> ~/.bashrc
  $ echo 'source <(greenpool completion zsh)' >> ~/.zshrc      # below compinit
  $ greenpool completion fish > ~/.config/fish/completions/greenpool.fish`;
