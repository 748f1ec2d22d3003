using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Orrery.Runtime.Testing;

/// <summary>A process of a test cluster that hosts no grains and calls those of the silos, as a web process does.</summary>
public sealed class InProcessClientHandle : IAsyncDisposable
{
    private readonly IHost _host;

    internal InProcessClientHandle(IHost host, string name)
    {
        _host = host;
        Name = name;
    }

    /// <summary>Its name in <see cref="InProcessTestCluster.Cut"/>.</summary>
    public string Name { get; }

    public IServiceProvider ServiceProvider => _host.Services;

    public IClusterClient Client => _host.Services.GetRequiredService<IClusterClient>();

    internal Task KillAsync()
    {
        ServiceProvider.GetRequiredService<Silo>().Kill();
        return _host.DisposeOfAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeOfAsync();
    }
}
