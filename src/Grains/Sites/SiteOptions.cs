namespace Orrery.Grains.Sites;

public sealed class SiteOptions
{
    /// <summary>Most servers of one site. Default 500.</summary>
    public int ServersMax { get; set; } = 500;
}
