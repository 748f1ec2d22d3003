using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Orrery.Agent.Operations;

/// <summary>Runs the command of the settings, bounded in time and in what is kept of its words.</summary>
internal static class ServiceRestart
{
    const int OutputMax = 16 << 10;

    /// <summary>Services that the command starts may keep its output open; their words are none of the command's.</summary>
    static readonly TimeSpan WordsAfterEnd = TimeSpan.FromMilliseconds(500);

    public static async Task<OperationEnd> RunAsync(ServiceCommand service, TimeProvider time, CancellationToken stopping)
    {
        var words = new Tail();
        var start = new ProcessStartInfo(service.Command[0], service.Command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task reading = Task.WhenAll(words.ReadAsync(process.StandardOutput), words.ReadAsync(process.StandardError));
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(service.TimeoutSeconds), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
            try
            {
                await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                return new OperationEnd(false, null, words.Text, $"The command did not end within {service.TimeoutSeconds} s and was ended by force.");
            }

            await Task.WhenAny(reading, Task.Delay(WordsAfterEnd, time, CancellationToken.None)).ConfigureAwait(false);
            return process.ExitCode == 0 ? new OperationEnd(true, 0, words.Text, null) : new OperationEnd(false, process.ExitCode, words.Text, $"The command ended with code {process.ExitCode}.");
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException or IOException)
        {
            return new OperationEnd(false, null, words.Text, $"The command could not be started: {error.Message}");
        }
    }

    /// <summary>The last words of two readers.</summary>
    sealed class Tail
    {
        readonly StringBuilder kept = new();

        public string Text
        {
            get
            {
                lock (kept)
                    return kept.Length <= OutputMax ? kept.ToString() : kept.ToString(kept.Length - OutputMax, OutputMax);
            }
        }

        public async Task ReadAsync(StreamReader reader)
        {
            char[] block = new char[4_096];
            try
            {
                for (int count; (count = await reader.ReadAsync(block).ConfigureAwait(false)) > 0;)
                    lock (kept)
                    {
                        kept.Append(block, 0, count);
                        if (kept.Length > 2 * OutputMax)
                            kept.Remove(0, kept.Length - OutputMax);
                    }
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The command is gone, and what it would have said with it.
            }
        }
    }
}
