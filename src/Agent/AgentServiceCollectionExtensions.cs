using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orrery.Agent;

/// <summary>Hosts the agent inside another program.</summary>
public static class AgentServiceCollectionExtensions
{
    /// <summary>Runs an agent as a hosted service. Wrong options end the start with a message.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="options">Made when the service starts.</param>
    public static IServiceCollection AddOrreryAgent(this IServiceCollection services, Func<IServiceProvider, AgentOptions> options)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<IHostedService>(provider => new AgentService(new AgentRunner(
            options(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AgentRunner>>())));
    }

    sealed class AgentService(AgentRunner runner) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => runner.RunAsync(stoppingToken);
    }
}
