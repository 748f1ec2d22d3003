using Orrery.Cli.Management;

namespace Orrery.Cli.Sql;

/// <summary>
/// Statements at a terminal: a statement may go over lines and ends with a semicolon; arrows recall what was written before; Ctrl-C drops the line or ends what runs; Ctrl-D or <c>\q</c> leaves.
/// </summary>
sealed class SqlPrompt(SqlSession session, TextWriter output, TextWriter notes, PromptHistory history)
{
    const string Help = """
        Statements end with a semicolon and may go over lines. SUBSCRIBE goes on until Ctrl-C.
          \d            tables and views          \d NAME       columns and definition of one
          \f FORMAT     table, csv or json        \q            leaves, as Ctrl-D does
        """;
    static readonly TimeSpan KeyPause = TimeSpan.FromMilliseconds(50);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"Tenant {session.Tenant}. Statements end with a semicolon; \\? helps, \\q leaves.");
        bool before = Console.TreatControlCAsInput;
        // Ctrl-C is a key here: it ends what runs, not the program.
        Console.TreatControlCAsInput = true;
        try
        {
            string text = "";
            while (!cancellationToken.IsCancellationRequested)
            {
                string? line = await ReadLineAsync(text.Length == 0 ? $"{session.Tenant}> " : $"{new string(' ', session.Tenant.Length - 1)}-> ", cancellationToken);
                if (line is null && text.Length == 0)
                    return;
                if (line is null or "\u0003")
                {
                    text = "";
                    continue;
                }

                if (text.Length == 0 && line.TrimStart().StartsWith('\\'))
                {
                    history.Add(line.Trim());
                    if (!await OrderAsync(line.Trim(), cancellationToken))
                        return;
                    continue;
                }

                text += (text.Length == 0 ? "" : "\n") + line;
                StatementText.Read(text, out string rest);
                if (rest.Length > 0)
                    continue;
                if (text.Trim().Length > 0)
                {
                    history.Add(text.Trim());
                    string whole = text;
                    await RunAsync(token => session.RunAsync(whole, null, token), cancellationToken);
                }

                text = "";
            }
        }
        finally
        {
            Console.TreatControlCAsInput = before;
        }
    }

    /// <returns>Whether the prompt goes on.</returns>
    async Task<bool> OrderAsync(string line, CancellationToken cancellationToken)
    {
        string[] words = line.TrimEnd(';').Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        switch (words[0])
        {
            case "\\q":
                return false;
            case "\\d":
                await RunAsync(token => session.DescribeAsync(words.Length > 1 ? words[1] : null, token), cancellationToken);
                return true;
            case "\\f" when words.Length > 1 && Enum.TryParse(words[1], ignoreCase: true, out OutputFormat format) && Enum.IsDefined(format):
                session.Writer.Format = format;
                return true;
            default:
                await output.WriteLineAsync(Help);
                return true;
        }
    }

    /// <summary>Runs until it is done or Ctrl-C is pressed.</summary>
    async Task RunAsync(Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = run(ending.Token);
        while (!running.IsCompleted)
        {
            while (Console.KeyAvailable && !ending.IsCancellationRequested)
                if (IsControl(Console.ReadKey(intercept: true), ConsoleKey.C))
                    await ending.CancelAsync();
            await Task.WhenAny(running, Task.Delay(KeyPause, CancellationToken.None));
        }

        try
        {
            await running;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await notes.WriteLineAsync("stopped");
        }
        catch (ApiRefusedException refused)
        {
            await notes.WriteLineAsync($"orrery: {refused.Message}");
        }
    }

    static bool IsControl(ConsoleKeyInfo key, ConsoleKey wanted) => key.Key == wanted && key.Modifiers.HasFlag(ConsoleModifiers.Control);

    /// <summary>A line; null at the end (Ctrl-D), the sign of Ctrl-C where it was dropped.</summary>
    async Task<string?> ReadLineAsync(string prompt, CancellationToken cancellationToken)
    {
        var buffer = new LineBuffer(history.Items);
        int rowsBefore = 0;
        Show(prompt, buffer, ref rowsBefore);
        while (true)
        {
            if (!Console.KeyAvailable)
            {
                await Task.Delay(KeyPause, cancellationToken);
                continue;
            }

            // What is pasted comes as many keys at once, and is drawn once.
            bool isChanged = false;
            while (Console.KeyAvailable)
            {
                ConsoleKeyInfo key = Console.ReadKey(intercept: true);
                if (key.Key == ConsoleKey.Enter || IsControl(key, ConsoleKey.J) || IsControl(key, ConsoleKey.C) || (IsControl(key, ConsoleKey.D) && buffer.Text.Length == 0))
                {
                    bool isEnter = key.Key == ConsoleKey.Enter || IsControl(key, ConsoleKey.J);
                    Show(prompt, buffer, ref rowsBefore, atEnd: true);
                    await output.WriteLineAsync(isEnter ? "" : IsControl(key, ConsoleKey.C) ? "^C" : "");
                    return isEnter ? buffer.Text : IsControl(key, ConsoleKey.C) ? "\u0003" : null;
                }

                if (key.Key == ConsoleKey.Tab)
                    buffer.Insert("  ");
                else
                    buffer.Press(key);
                isChanged = true;
            }

            if (isChanged)
                Show(prompt, buffer, ref rowsBefore);
        }
    }

    /// <summary>Draws the line anew; it may go over several rows of the terminal.</summary>
    /// <param name="rowsBefore">Rows between the prompt and the cursor, as drawn last.</param>
    void Show(string prompt, LineBuffer buffer, ref int rowsBefore, bool atEnd = false)
    {
        int width = Math.Max(20, Console.WindowWidth);
        int cursor = atEnd ? buffer.Text.Length : buffer.Cursor;
        int end = TextWidth.Of(prompt) + TextWidth.Of(buffer.Text);
        int at = TextWidth.Of(prompt) + TextWidth.Of(buffer.Text[..cursor]);
        string up = rowsBefore > 0 ? $"\u001b[{rowsBefore}A" : "";
        // A line that ends at the edge leaves the cursor there: the space brings it to the next row.
        string edge = end % width == 0 ? " \r" : "";
        int back = (end / width) - (at / width);
        string column = at % width > 0 ? $"\u001b[{at % width}C" : "";
        output.Write($"\r{up}\u001b[J{prompt}{buffer.Text}{edge}\r{(back > 0 ? $"\u001b[{back}A" : "")}{column}");
        output.Flush();
        rowsBefore = at / width;
    }
}
