using Orrery.Runtime.Hosting;
using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests;

/// <summary>Test clusters with this project's grains.</summary>
internal static class Clusters
{
    public static Task<InProcessTestCluster> StartAsync(Action<SiloOptions>? options = null, TimeProvider? time = null, Action<InProcessTestClusterBuilder>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder().AddGrains(typeof(Clusters).Assembly);
        if (time is not null) builder.UseTime(time);
        if (options is not null) builder.ConfigureSilo(silo => silo.Configure(options));
        configure?.Invoke(builder);
        return builder.DeployAsync();
    }

    /// <summary>A real-time bound on waits for what has to happen.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <inheritdoc cref="Soon(Task)"/>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    public static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
