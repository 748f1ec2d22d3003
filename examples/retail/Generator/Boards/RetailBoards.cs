using Orrery.Retail.Schema;

namespace Orrery.Retail.Boards;

/// <summary>The boards of the chain, from <c>boards/*.json</c>.</summary>
public static class RetailBoards
{
    const string Folder = "boards/";

    /// <summary>The files' texts, by their names.</summary>
    public static IEnumerable<string> Texts => Resources.Names(Folder).Select(Resources.Read);
}
