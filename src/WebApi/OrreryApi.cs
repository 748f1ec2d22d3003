using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orrery.WebApi.Access;
using Orrery.WebApi.AccountSets;
using Orrery.WebApi.Alarms;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Boards;
using Orrery.WebApi.Catalog;
using Orrery.WebApi.Channels;
using Orrery.WebApi.Checks;
using Orrery.WebApi.Cluster;
using Orrery.WebApi.Configuration;
using Orrery.WebApi.Errors;
using Orrery.WebApi.Fleet;
using Orrery.Interfaces.Health;
using Orrery.WebApi.Intake;
using Orrery.WebApi.Jobs;
using Orrery.WebApi.Keys;
using Orrery.WebApi.Ledger;
using Orrery.WebApi.Licences;
using Orrery.WebApi.Limits;
using Orrery.WebApi.Live;
using Orrery.WebApi.Metrics;
using Orrery.WebApi.News;
using Orrery.WebApi.Operations;
using Orrery.WebApi.Portal;
using Orrery.WebApi.Process;
using Orrery.WebApi.Products;
using Orrery.WebApi.Reviews;
using Orrery.WebApi.Rules;
using Orrery.WebApi.Servers;
using Orrery.WebApi.Sessions;
using Orrery.WebApi.Sites;
using Orrery.WebApi.Sql;
using Orrery.WebApi.Tags;
using Orrery.WebApi.Tenants;
using Orrery.WebApi.Topics;
using Orrery.WebApi.Users;

[assembly: InternalsVisibleTo("Orrery.WebApi.Tests")]

namespace Orrery.WebApi;

/// <summary>The HTTP edge of a silo: <c>builder.AddOrreryApi()</c>, then <c>app.MapOrreryApi()</c>. The process also registers an <c>IClusterClient</c>.</summary>
public static class OrreryApi
{
    /// <summary>Where version 1 of the API begins.</summary>
    public const string BasePath = "/api/v1";

    /// <summary>Registers what the API needs and bounds the web server.</summary>
    public static WebApplicationBuilder AddOrreryApi(this WebApplicationBuilder builder, Action<OrreryApiOptions>? configure = null)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<OrreryApiOptions>().ValidateOnStart();
        if (configure is not null)
            services.Configure(configure);
        services.AddSingleton<IValidateOptions<OrreryApiOptions>, OrreryApiOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpContextAccessor();
        services.ConfigureHttpJsonOptions(json => JsonText.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Complete);
        services.AddExceptionHandler<Problems>();
        services.AddAuthentication(SignInScheme.Name).AddScheme<AuthenticationSchemeOptions, AuthenticationHandler>(SignInScheme.Name, null);
        services.AddAuthorization(Policies.Add);
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ServerLimits>();
        services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBlocks>();
        services.AddRequestLimits();
        services.AddApiDocument();
        services.AddSingleton<SignIn>();
        services.AddSingleton<FailedSignIns>();
        services.AddSingleton<AddressBuckets>();
        services.AddScoped<Caller>();
        services.AddSingleton<RangeQuery>();
        services.AddSingleton<ServerList>();
        services.AddOptions<IntakeOptions>();
        services.AddSingleton<SeriesDirectory>();
        services.AddSingleton<IntakeInstruments>();
        services.AddSingleton<IntakeDispatch>();
        services.AddSingleton<KnownServers>();
        services.AddSingleton<SampleDoor>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<ProcessClock>();
        services.AddSingleton<DataSizes>();
        services.AddSingleton<LiveStreams>();
        services.AddSingleton<LiveFleet>();
        services.AddSingleton<ClusterWatch>();
        services.AddSingleton<ReminderBooks>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<ConfigurationStreams>();
        return builder;
    }

    /// <summary>Adds the middleware, every endpoint, and the portal where the options name its folder.</summary>
    public static WebApplication MapOrreryApi(this WebApplication app)
    {
        // Made now, so that it knows when the process began.
        app.Services.GetRequiredService<ProcessClock>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseSecurityHeaders();
        app.UsePortalFiles();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseBodyLimits();

        RouteGroupBuilder api = app.MapGroup(BasePath).AddEndpointFilter<RouteGroupBuilder, AuditFilter>();
        SessionEndpoints.Map(api);
        TenantEndpoints.Map(api);
        SiteEndpoints.Map(api);
        KeyEndpoints.Map(api);
        UserEndpoints.Map(api);
        ServerEndpoints.Map(api);
        FleetEndpoints.Map(api);
        MetricEndpoints.Map(api);
        AlarmEndpoints.Map(api);
        RuleEndpoints.Map(api);
        LedgerEndpoints.Map(api);
        CatalogEndpoints.Map(api);
        AuditEndpoints.Map(api);
        LicenceEndpoints.Map(api);
        ProductEndpoints.Map(api);
        AccountSetEndpoints.Map(api);
        OperationEndpoints.Map(api);
        AgentOperationEndpoints.Map(api);
        BoardEndpoints.Map(api);
        SharedBoardEndpoints.Map(api);
        LiveEndpoints.Map(api);
        AboutEndpoints.Map(api);
        ClusterEndpoints.Map(api);
        ChannelEndpoints.Map(api);
        LetterEndpoints.Map(api);
        SqlEndpoints.Map(api);
        TagEndpoints.Map(api);
        SegmentEndpoints.Map(api);
        NewsEndpoints.Map(api);
        InboxEndpoints.Map(api);
        CheckEndpoints.Map(api);
        ReviewEndpoints.Map(api);
        ReviewFormEndpoints.Map(api);
        AgentReviewEndpoints.Map(api);
        PublicReviewEndpoints.Map(app, api);
        JobEndpoints.Map(api);
        AgentJobEndpoints.Map(api);
        RolloutEndpoints.Map(api);
        AgentPackageEndpoints.Map(api);
        ConfigurationEndpoints.Map(api);
        AgentConfigurationEndpoints.Map(api);
        TopicEndpoints.Map(api);
        DoorEndpoints.Map(api);
        BatchDoorEndpoint.Map(api);
        ProcessEndpoints.Map(app);
        PortalEndpoints.Map(app);
        return app;
    }
}
