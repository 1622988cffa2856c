public import Tensors

/// Changes at a place that a JSON pointer names; an edit where there is nothing changes nothing.
extension JSONValue {
    public func replacing(_ pointer: String, _ value: JSONValue) -> JSONValue {
        editing(pointer) { _, members, index in members[index] = .init(members[index].name, value) }
    }

    public func removing(_ pointer: String) -> JSONValue {
        editing(pointer) { _, members, index in members.remove(at: index) }
    }

    /// Adds a member to the object at `pointer`.
    public func adding(_ name: String, _ value: JSONValue, to pointer: String) -> JSONValue {
        guard !pointer.isEmpty else { return .object((members ?? []) + [.init(name, value)]) }
        return editing(pointer) { member, members, index in
            members[index] = .init(member.name, member.value.adding(name, value, to: ""))
        }
    }

    private func editing(_ pointer: String, _ edit: (Member, inout [Member], Int) -> Void) -> JSONValue {
        guard let tokens = JSONPointer(pointer)?.tokens, let name = tokens.first, var members = self.members,
            let index = members.firstIndex(where: { $0.name == name })
        else { return self }
        if tokens.count == 1 {
            edit(members[index], &members, index)
        } else {
            let rest = tokens.dropFirst().reduce(JSONPointer.root) { $0.appending($1) }.description
            members[index] = .init(name, members[index].value.editing(rest, edit))
        }
        return .object(members)
    }

    /// The pointers of all objects, and of all members of objects.
    public var places: (objects: [String], members: [String]) {
        guard let members else { return ([], []) }
        return members.reduce(into: ([""], [])) { places, member in
            let here = JSONPointer.root.appending(member.name).description
            places.members.append(here)
            places.objects += member.value.places.objects.map { here + $0 }
            places.members += member.value.places.members.map { here + $0 }
        }
    }
}
