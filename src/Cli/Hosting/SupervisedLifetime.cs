using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Orrery.Cli.Hosting;

/// <summary>
/// Ends the process when its parent's end of standard input closes, which the operating system does however the parent ends, and on SIGTERM. Ctrl-C reaches
/// every process of a terminal at once; the parent ends its children in its own order, so they take no notice of it.
/// </summary>
sealed class SupervisedLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    readonly List<IDisposable> signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true));
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            application.StopApplication();
        }));
        new Thread(WaitForEndOfInput) { IsBackground = true, Name = "parent" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => signals.ForEach(static signal => signal.Dispose());

    void WaitForEndOfInput()
    {
        using Stream input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
            // Nothing is said there; only its end counts.
        }

        application.StopApplication();
    }
}
