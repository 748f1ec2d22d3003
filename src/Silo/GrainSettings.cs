using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Channels;
using Orrery.Grains.Checks;
using Orrery.Grains.Health;
using Orrery.Grains.Health.Intake;
using Orrery.Grains.Jobs;
using Orrery.Grains.Jobs.Rollouts;
using Orrery.Grains.News;
using Orrery.Grains.Sites;
using Orrery.Grains.Sql;
using Orrery.Grains.Tags;
using Orrery.Grains.Tenants;
using Orrery.Grains.Topics;
using Orrery.Grains.Users;
using Orrery.Interfaces.Health;

namespace Orrery.Silo;

/// <summary>The options of grains, whatever engine runs them.</summary>
static class GrainSettings
{
    public static void ConfigureGrains(this IServiceCollection services, IConfigurationSection section)
    {
        services.Configure<IntakeOptions>(section.GetSection("Intake"));
        services.Configure<TenantOptions>(section.GetSection("Tenants"));
        services.Configure<SiteOptions>(section.GetSection("Sites"));
        services.Configure<UserOptions>(section.GetSection("Users"));
        services.Configure<HealthOptions>(section.GetSection("Health"));
        services.Configure<SampleIntakeOptions>(section.GetSection("SampleIntake"));
        services.Configure<TopicGrainOptions>(section.GetSection("Topics"));
        services.Configure<WebhookOptions>(section.GetSection("Webhooks"));
        services.Configure<ChannelOptions>(section.GetSection("Channels"));
        services.Configure<SqlOptions>(section.GetSection("Sql"));
        services.Configure<TagOptions>(section.GetSection("Tags"));
        services.Configure<NewsOptions>(section.GetSection("News"));
        services.Configure<CheckOptions>(section.GetSection("Checks"));
        services.Configure<JobOptions>(section.GetSection("Jobs"));
        services.Configure<RolloutOptions>(section.GetSection("Rollouts"));
    }

    /// <summary>
    /// Files that a channel lands without naming a store lie beside everything else, unless the configuration says otherwise; so does what agents of this machine ship, and checkpoints of views.
    /// </summary>
    public static void ConfigureLake(this IServiceCollection services, string dataDirectory) => services.PostConfigure<ChannelOptions>(options =>
    {
        if (options.LakeFolder.Length == 0)
            options.LakeFolder = Path.Combine(dataDirectory, "lake");
        options.Folders = [.. options.Folders, Path.Combine(dataDirectory, "shipped")];
    }).PostConfigure<SqlOptions>(options =>
    {
        if (options.SpillFolder.Length == 0)
            options.SpillFolder = Path.Combine(dataDirectory, "views", "spill");
        if (options.CheckpointFolder.Length == 0)
            options.CheckpointFolder = Path.Combine(dataDirectory, "views", "checkpoints");
    }).PostConfigure<JobOptions>(options =>
    {
        if (options.Folder.Length == 0)
            options.Folder = Path.Combine(dataDirectory, "jobs");
    });
}
