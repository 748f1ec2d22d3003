using System.Reflection;
using Orrery.Runtime.Hosting;
using Orrery.WebApi.Access;
using Orrery.WebApi.Cluster;
using Orrery.WebApi.Intake;
using Orrery.WebApi.Live;

namespace Orrery.WebApi.Process;

/// <summary>What this process is and does, and what grains the silos behind it hold.</summary>
internal static class AboutEndpoints
{
    static readonly string Version = typeof(AboutEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/about", Get).RequireAuthorization(Policies.Person).WithSummary("Version, sizes and work of this process.");

    static async Task<AboutView> Get(
        Caller caller, ProcessClock clock, DataSizes sizes, SeriesDirectory series, IntakeInstruments intake, LiveStreams streams, ClusterWatch watch, IServiceProvider services)
    {
        // How much there is of everything is the vendor's affair.
        bool vendor = caller.Identity.Scope is null;
        // A process without a silo holds no grains itself: asked are the silos, wherever they are.
        IReadOnlyList<SiloReading> silos = vendor && services.GetService<IClusterManagement>() is not null ? (await watch.ReadAsync()).Silos : [];
        return new AboutView(
            Version, clock.StartedAt,
            vendor ? sizes.Read() : new Dictionary<string, long>(),
            [
                .. silos.SelectMany(silo => silo.Now?.GrainTypes ?? []).GroupBy(type => type.GrainType)
                    .Select(type => new GrainCountView(type.Key, type.Sum(each => each.Activations))).OrderByDescending(type => type.Active),
            ],
            vendor ? new IntakeView(clock.RateOf(intake.Accepted), intake.Accepted, intake.Duplicate, intake.Dropped, series.SeriesCount, series.SeriesBytes, streams.Count) : null);
    }
}

/// <param name="Data">Bytes of the files and folders in the data folder, by name.</param>
/// <param name="Grains">Grains in memory by type, most first; of all silos.</param>
internal sealed record AboutView(string Version, DateTimeOffset StartedAt, IReadOnlyDictionary<string, long> Data, IReadOnlyList<GrainCountView> Grains, IntakeView? Ingest);

internal sealed record GrainCountView(string Type, int Active);

/// <param name="SamplesPerSecond">Accepted in the last seconds.</param>
/// <param name="Accepted">Since the start.</param>
/// <param name="Series">Series that the doors know.</param>
/// <param name="SeriesBytes">Memory they take.</param>
/// <param name="Streams">Live streams that are open.</param>
internal sealed record IntakeView(double SamplesPerSecond, long Accepted, long Duplicate, long Dropped, int Series, long SeriesBytes, int Streams);
