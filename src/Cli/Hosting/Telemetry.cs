using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Orrery.Cli.Hosting;

/// <summary>
/// Sends the meters by OTLP where the standard variable <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to; the other standard variables (protocol, headers,
/// period, resource attributes) count, too. Without it nothing is loaded.
/// </summary>
static class Telemetry
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The meters that are sent: the product's, and those of the runtime and the web server.</summary>
    static readonly string[] Meters = ["Orrery.*", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    public static void AddWhereAsked(IHostApplicationBuilder builder, string instance)
    {
        if (!string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(EndpointVariable)))
            builder.Services.AddHostedService(_ => new Export(instance));
    }

    sealed class Export(string instance) : IHostedService, IDisposable
    {
        MeterProvider? provider;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            provider = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(resource => resource.AddService("orrery", serviceInstanceId: instance).AddEnvironmentVariableDetector())
                .AddMeter(Meters)
                .AddOtlpExporter()
                .Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            provider?.Shutdown();
            return Task.CompletedTask;
        }

        public void Dispose() => provider?.Dispose();
    }
}
