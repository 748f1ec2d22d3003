using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Hosting;

/// <summary>
/// The control object of this silo. Leaving is what the host does when it stops, so draining stops the host; only the exit code tells whether the process is
/// to come back.
/// </summary>
internal sealed class SiloControl(Silo silo) : ISiloControl
{
    /// <summary>Its number among the silo's objects.</summary>
    public const long Number = 1;

    public Task<SiloSnapshot> ReadStatistics() => Task.FromResult(silo.Statistics.Read());

    public async Task<IReadOnlyList<ReminderTypeAccount>?> ReadReminders() =>
        silo.Services.GetService<IReminderTable>() is null ? null : await silo.Services.GetRequiredService<IReminderLedger>().ReadAsync();

    public Task Drain(bool restart, string reason)
    {
        var lifetime = silo.Services.GetService<IHostApplicationLifetime>()
            ?? throw new InvalidOperationException($"Silo {silo.Options.SiloName} cannot be drained from afar: its process has no IHostApplicationLifetime. Stop the process itself.");
        silo.Log.DrainBegins(silo.Options.SiloName, restart, reason);
        silo.StopReason = reason;
        Environment.ExitCode = restart ? SiloExit.Restart : SiloExit.Drained;
        lifetime.StopApplication();
        return Task.CompletedTask;
    }
}
