package connectors

// Outline is what the file says of a connector, for somebody who draws it. It
// holds no external ID and no key, since pictures are published.
type Outline struct {
	Name string
	// Source is where the credentials come from, with the provider of a web
	// identity or the name of a profile as Detail. Both are empty where the
	// connector starts from another one, which is Before.
	Source, Detail, Before string
	// Becomes are the steps of this connector alone; none means that it hands
	// on what it starts from.
	Becomes    []Becoming
	Allow      Allow
	Registries []string
}

// Becoming is one step of a connector.
type Becoming struct {
	// Principal is the role, the federated user or the session.
	Principal string
	// IsRole tells that Principal is the ARN of a role or its name. An empty
	// name is that of the environment.
	IsRole bool
	// ExternalID tells that one is given.
	ExternalID bool
	// Seconds is the duration asked for, 0 for AWS's default.
	Seconds int64
}

// Outlines are those of all connectors, in the order of the file.
func (r *Roster) Outlines() []Outline {
	var all []Outline
	for _, def := range r.file.Definitions {
		c := r.byName[def.Name]
		o := Outline{Name: def.Name, Before: def.Before, Allow: def.Allow, Registries: def.Registries, Becomes: c.becomes()}
		if c.before == nil {
			o.Source = c.source
			switch {
			case c.source == sourceProfile:
				o.Detail = c.profileName()
			case c.source == sourceWebIdentity && c.token.chosen:
				o.Detail = c.token.provider
			}
		} else {
			// A definition may name it by its UUID.
			o.Before = c.before.name
		}
		all = append(all, o)
	}
	return all
}

func (c *Connector) becomes() []Becoming {
	var all []Becoming
	if c.before == nil && c.source == sourceWebIdentity {
		all = append(all, Becoming{Principal: c.token.hop.role, IsRole: true, Seconds: c.token.hop.seconds})
	}
	for _, s := range c.steps {
		step := Becoming{Principal: s.principal()}
		switch s := s.(type) {
		case hop:
			step.IsRole, step.ExternalID, step.Seconds = true, s.externalID != "", s.seconds
		case federation:
			step.Seconds = s.seconds
		case userToken:
			step.Seconds = s.seconds
		}
		all = append(all, step)
	}
	return all
}
