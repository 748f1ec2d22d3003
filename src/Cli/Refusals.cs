namespace Orrery.Cli;

/// <summary>Wrong input ends a command with one sentence on standard error and the exit code 2.</summary>
static class Refusals
{
    public static async Task<int> TellAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (WrongInputException problem)
        {
            await Console.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 2;
        }
    }
}

/// <summary>Something on the command line cannot be used. The message says what, and what to write instead.</summary>
sealed class WrongInputException(string message) : Exception(message);
