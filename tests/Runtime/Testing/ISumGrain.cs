using Microsoft.Extensions.Options;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime.Tests.Testing;

/// <summary>A stateless worker that says where it runs.</summary>
public interface ISumGrain : IGrainWithStringKey
{
    Task<string> Where();
}

[StatelessWorker]
internal sealed class SumGrain(IOptions<SiloOptions> options) : Grain, ISumGrain
{
    public Task<string> Where() => Task.FromResult(options.Value.SiloName);
}
