using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime.Testing;

/// <summary>
/// A cluster inside the test's process: real silos, whose clock, storage and reminder table the test may choose. What is stored belongs to the
/// cluster, so that a silo that is killed and restarted finds it again. One silo for now.
/// </summary>
public sealed class InProcessTestCluster : IAsyncDisposable
{
    private readonly InProcessTestClusterBuilder _builder;
    private readonly List<InProcessSiloHandle> _silos = [];

    internal InProcessTestCluster(InProcessTestClusterBuilder builder) => _builder = builder;

    /// <summary>The silos that run.</summary>
    public IReadOnlyList<InProcessSiloHandle> Silos => _silos;

    /// <summary>The silo that runs.</summary>
    public InProcessSiloHandle Silo => _silos.FirstOrDefault() ?? throw new InvalidOperationException("No silo of the cluster runs. Call DeployAsync or RestartSiloAsync.");

    /// <summary>Calls grains from outside. Take it anew after a silo was restarted.</summary>
    public IClusterClient Client => Silo.ServiceProvider.GetRequiredService<IClusterClient>();

    public async Task DeployAsync()
    {
        if (_silos.Count > 0) throw new InvalidOperationException("The cluster was deployed before.");
        await StartSiloAsync();
    }

    /// <summary>Ends a silo as a crash does: no grain is deactivated and nothing is written.</summary>
    public async Task KillSiloAsync(InProcessSiloHandle silo)
    {
        _silos.Remove(silo);
        await silo.KillAsync();
    }

    /// <summary>Stops a silo in good order: its grains end their calls and are deactivated.</summary>
    public async Task StopSiloAsync(InProcessSiloHandle silo, CancellationToken cancellationToken = default)
    {
        await silo.StopAsync(cancellationToken);
        _silos.Remove(silo);
    }

    /// <summary>Stops the silo and starts another in its place.</summary>
    public async Task<InProcessSiloHandle> RestartSiloAsync(InProcessSiloHandle silo)
    {
        await StopSiloAsync(silo);
        return await StartSiloAsync();
    }

    /// <summary>Starts a silo after all have ended.</summary>
    public async Task<InProcessSiloHandle> StartSiloAsync()
    {
        if (_silos.Count > 0) throw new NotSupportedException("A cluster of several silos is not there yet: stop or kill the running one first.");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(_builder.Time);
        foreach (var configure in _builder.HostActions) configure(builder);
        builder.UseOrrery(silo =>
        {
            silo.AddGrainStorageAsDefault(_ => _builder.Storage);
            silo.UseReminderTable(_ => _builder.ReminderTable);
            foreach (var configure in _builder.SiloActions) configure(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        var handle = new InProcessSiloHandle(host);
        _silos.Add(handle);
        return handle;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.ToArray()) await silo.KillAsync();
        _silos.Clear();
    }
}
