using Microsoft.Extensions.Hosting;

namespace Orrery.Runtime.Hosting;

/// <summary>Ends the process of a silo that the cluster goes on without. A test host, whose process is not the silo's own, ends nothing.</summary>
internal interface IProcessEnd
{
    void Begin(string reason);
}

/// <summary>Stops the host with <see cref="SiloExit.Lost"/>. A host that does not stop in time is cut short: the silo is of no use any more, and its supervisor waits.</summary>
internal sealed class ProcessEnd(IHostApplicationLifetime lifetime, TimeProvider time) : IProcessEnd, IDisposable
{
    private static readonly TimeSpan s_exitAfter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_failAfter = TimeSpan.FromSeconds(25);

    private ITimer? _exit;
    private ITimer? _fail;

    public void Begin(string reason)
    {
        Environment.ExitCode = SiloExit.Lost;
        _exit = time.CreateTimer(static _ => Environment.Exit(SiloExit.Lost), null, s_exitAfter, Timeout.InfiniteTimeSpan);
        _fail = time.CreateTimer(static reason => Environment.FailFast($"The silo has to end and its process did not: {reason}"), reason, s_failAfter, Timeout.InfiniteTimeSpan);
        lifetime.StopApplication();
    }

    public void Dispose()
    {
        _exit?.Dispose();
        _fail?.Dispose();
    }
}
